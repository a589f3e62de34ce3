export default {
  keys: 'change me',
};
