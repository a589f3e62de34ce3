import type { TagContext, TagDefinition, TagLife } from './tag.ts';

function startImage(context: TagContext): TagLife {
  const { host, environment, trigger, make } = context;
  const picture = make('img', 'wx-img');
  picture.alt = '';
  picture.draggable = false;
  host.append(picture);
  picture.addEventListener('load', () =>
    trigger('load', { width: picture.naturalWidth, height: picture.naturalHeight }),
  );
  picture.addEventListener('error', () => trigger('error', { errMsg: `Failed to load image ${picture.src}` }));
  return {
    changed: (name, value) => {
      if (name === 'src') {
        if (value === '' || value === null || value === undefined) picture.removeAttribute('src');
        else picture.src = environment.assetUrl(String(value));
      } else if (name === 'mode') host.setAttribute('mode', String(value));
      else if (name === 'ariaLabel') picture.alt = String(value);
    },
  };
}

const imageProperties = {
  src: String,
  mode: { type: String, value: 'scaleToFill' },
  webp: Boolean,
  lazyLoad: Boolean,
  fadeIn: Boolean,
  showMenuByLongpress: Boolean,
  forceHttps: Boolean,
  alt: String,
};

const iconShapes: { readonly [type: string]: readonly [path: string, colour: string] } = {
  success: ['M12 22a10 10 0 1 1 0-20 10 10 0 0 1 0 20zm-1.2-6.6 7-7-1.4-1.4-5.6 5.6-2.4-2.4L7 11.6z', '#07c160'],
  success_no_circle: ['m8.7 15.8 10-10 1.4 1.4L8.7 18.6 3.9 13.8l1.4-1.4z', '#07c160'],
  info: ['M12 22a10 10 0 1 1 0-20 10 10 0 0 1 0 20zm-1-12v7h2v-7zm0-3.500v2h2v-2z', '#10aeff'],
  warn: ['M12 22a10 10 0 1 1 0-20 10 10 0 0 1 0 20zm-1-15v7h2V7zm0 8.500v2h2v-2z', '#f76260'],
  waiting: ['M12 22a10 10 0 1 1 0-20 10 10 0 0 1 0 20zm-1-15v6l4.500 2.700.8-1.400L13 12V7z', '#10aeff'],
  waiting_circle: [
    'M12 22a10 10 0 1 1 0-20 10 10 0 0 1 0 20zm0-2a8 8 0 1 0 0-16 8 8 0 0 0 0 16zm-1-13v6l4.500 2.700.8-1.400L13 12V7z',
    '#10aeff',
  ],
  cancel: [
    'M12 22a10 10 0 1 1 0-20 10 10 0 0 1 0 20zm0-11.400L8.500 7 7 8.500l3.600 3.500L7 15.500 8.500 17l3.500-3.600 3.500 3.600 1.500-1.500-3.600-3.500L17 8.500 15.500 7z',
    '#f43530',
  ],
  download: ['M11 3h2v9h3.500L12 17l-4.500-5H11zM4 19h16v2H4z', '#07c160'],
  search: [
    'm16.300 14.900 5 5-1.400 1.400-5-5a7.500 7.500 0 1 1 1.400-1.400zM10.500 16a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11z',
    '#b2b2b2',
  ],
  clear: [
    'M12 22a10 10 0 1 1 0-20 10 10 0 0 1 0 20zm0-11.400L8.500 7 7 8.500l3.600 3.500L7 15.500 8.500 17l3.500-3.600 3.500 3.600 1.500-1.500-3.600-3.500L17 8.500 15.500 7z',
    '#b2b2b2',
  ],
};

function startIcon({ host, get }: TagContext): TagLife {
  const draw = (): void => {
    const [path, colour] = iconShapes[String(get('type') ?? '')] ?? ['', ''];
    const size = Number.parseFloat(String(get('size'))) || 23;
    const fill = String(get('color') || colour);
    const drawing = host.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'svg');
    for (const [name, value] of Object.entries({ viewBox: '0 0 24 24', width: `${size}`, height: `${size}`, fill })) {
      drawing.setAttribute(name, value);
    }
    const shape = host.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'path');
    shape.setAttribute('d', path);
    drawing.append(shape);
    host.replaceChildren(drawing);
  };
  return { attached: draw, changed: draw };
}

function startProgress({ host, get, make }: TagContext): TagLife {
  const bar = make('div', 'wx-progress-bar');
  const inner = make('div', 'wx-progress-inner');
  const info = make('span', 'wx-progress-info');
  bar.append(inner);
  host.append(bar, info);
  const draw = (): void => {
    const percent = Math.min(100, Math.max(0, Number(get('percent')) || 0));
    inner.style.width = `${percent}%`;
    inner.style.background = String(get('activeColor') || get('color') || '#09bb07');
    bar.style.height = `${Number(get('strokeWidth')) || 6}px`;
    bar.style.background = String(get('backgroundColor') || '');
    info.textContent = get('showInfo') === true ? `${percent}%` : '';
  };
  return { attached: draw, changed: draw };
}

function startVideo(context: TagContext): TagLife {
  const { host, get, environment, trigger, make } = context;
  const video = make('video', 'wx-video');
  host.append(video);
  for (const type of ['play', 'pause', 'ended', 'waiting', 'error', 'loadedmetadata', 'timeupdate'] as const) {
    video.addEventListener(type, () => {
      const { currentTime, duration, videoWidth: width, videoHeight: height } = video;
      trigger(type, type === 'loadedmetadata' ? { width, height, duration } : { currentTime, duration });
    });
  }
  const show = (): void => {
    const [src, poster] = [String(get('src') ?? ''), String(get('poster') ?? '')];
    if (src !== '' && video.getAttribute('src') !== src) video.src = environment.assetUrl(src);
    if (poster !== '') video.poster = environment.assetUrl(poster);
    video.controls = get('controls') !== false;
    video.autoplay = get('autoplay') === true;
    video.loop = get('loop') === true;
    video.muted = get('muted') === true;
    video.style.objectFit = String(get('objectFit') || 'contain');
  };
  host.wxContext = {
    play: () => void video.play().catch(() => undefined),
    pause: () => video.pause(),
    stop: () => video.pause(),
    seek: (seconds: number) => {
      video.currentTime = seconds;
    },
    playbackRate: (rate: number) => {
      video.playbackRate = rate;
    },
  };
  return { attached: show, changed: show };
}

const openData: { readonly [type: string]: string } = {
  userNickName: '微信用户',
  userGender: '',
  userCity: '',
  userCountry: '',
};

function startOpenData({ host, get }: TagContext): TagLife {
  const show = (): void => {
    host.textContent = openData[String(get('type') ?? '')] ?? '';
  };
  return { attached: show, changed: show };
}

/** Tags that show something. */
export const mediaTags: { readonly [tag: string]: TagDefinition } = {
  image: { properties: imageProperties, start: startImage },
  'cover-image': { properties: imageProperties, start: startImage },
  icon: { properties: { type: String, size: null, color: String }, start: startIcon },
  'open-data': { properties: { type: String, lang: String, openGid: String }, start: startOpenData },
  video: {
    properties: {
      src: String,
      poster: String,
      controls: { type: Boolean, value: true },
      autoplay: Boolean,
      loop: Boolean,
      muted: Boolean,
      objectFit: String,
      title: String,
      duration: Number,
      initialTime: Number,
      showCenterPlayBtn: Boolean,
      showFullscreenBtn: Boolean,
      enableProgressGesture: Boolean,
      danmuList: Array,
      enableDanmu: Boolean,
      danmuBtn: Boolean,
    },
    start: startVideo,
  },
  progress: {
    properties: {
      percent: Number,
      showInfo: Boolean,
      strokeWidth: null,
      borderRadius: null,
      fontSize: null,
      color: String,
      activeColor: String,
      backgroundColor: String,
      active: Boolean,
      activeMode: String,
      duration: Number,
    },
    start: startProgress,
  },
};
