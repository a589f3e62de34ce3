/** Tells the truth about the connection, and nothing when all is well. */
Component({
  data: { banner: null },

  lifetimes: {
    attached() {
      const { chat } = getApp();
      const show = () => {
        const banner = chat.banner() || null;
        const { banner: shown } = this.data;
        const isSame = banner === null ? shown === null : shown !== null && banner.text === shown.text;
        if (!isSame) this.setData({ banner });
      };
      this.stopListening = chat.listen(show);
      show();
    },
    detached() {
      this.stopListening();
    },
  },

  methods: {
    tap() {
      const { banner } = this.data;
      if (banner !== null && banner.canRetry) getApp().chat.retry();
    },
  },
});
