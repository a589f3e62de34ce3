const { colorOf, initialOf } = require('../../lib/colors.js');

/** A coloured square with somebody's first character. */
Component({
  properties: {
    name: { type: String, value: '' },
    user: { type: String, value: '' },
    size: { type: Number, value: 80 },
  },
  observers: {
    'name, user': function show(name, user) {
      this.setData({ initial: initialOf(name), color: colorOf(user || name) });
    },
  },
});
