const { connect } = require('@minihub/client');
const { url } = require('./config.js');

App({
  onLaunch() {
    // [[一个连接，所有页面共用。切后台、换网络、静默断线之后它自己回来。|One connection for all pages. It comes back by itself from the background, a change of network, a silent death.]]
    this.chat = connect(url, { statefulReconnect: true, negotiate: false });
  },
});
