const config = require('../config.js');

const { chunkBytes, imageBytes } = config.limits;

/** Lets the user choose a picture; resolves to its bytes, or to undefined when the user chose none. */
function choose() {
  return new Promise((resolve, reject) => {
    wx.chooseMedia({
      count: 1,
      mediaType: ['image'],
      sizeType: ['compressed'],
      success: ({ tempFiles }) => read(tempFiles[0].tempFilePath).then(resolve, reject),
      fail: () => resolve(undefined),
    });
  });
}

function read(filePath) {
  return new Promise((resolve, reject) => {
    wx.getFileSystemManager().readFile({
      filePath,
      success: ({ data }) => {
        const bytes = new Uint8Array(data);
        if (bytes.length > imageBytes) reject(Object.assign(new Error('too big'), { tooBig: true }));
        else resolve(bytes);
      },
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    });
  });
}

/** The pieces of a picture, as an upload stream: an object with `subscribe`, which needs no newer syntax. */
function pieces(bytes) {
  return {
    subscribe(observer) {
      for (let at = 0; at < bytes.length; at += chunkBytes) observer.next(bytes.slice(at, at + chunkBytes));
      observer.complete();
      return { dispose() {} };
    },
  };
}

function join(list) {
  const length = list.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  list.forEach((piece) => {
    bytes.set(piece, at);
    at += piece.length;
  });
  return bytes;
}

/** Fetches a picture; resolves to an address for an <image>. */
function fetchPicture(connection, image) {
  return new Promise((resolve, reject) => {
    const received = [];
    connection.stream('image', image.id).subscribe({
      next: (piece) => received.push(piece),
      complete: () => resolve(toSource(image, join(received))),
      error: reject,
    });
  });
}

/** A file for the picture: a long data URL would go through setData with every change of the page. */
function toSource(image, bytes) {
  const { buffer } = bytes;
  const inline = `data:${image.type};base64,${wx.arrayBufferToBase64(buffer)}`;
  const files = wx.getFileSystemManager();
  const { USER_DATA_PATH: folder } = wx.env || {};
  if (!files.writeFile || !folder) return inline;
  const filePath = `${folder}/minihub-${image.id}.${image.type.split('/')[1]}`;
  return new Promise((resolve) => {
    files.writeFile({ filePath, data: buffer, success: () => resolve(filePath), fail: () => resolve(inline) });
  });
}

module.exports = { choose, fetchPicture, pieces };
