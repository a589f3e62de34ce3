import { asPattern, type ProxySettings } from './settings.ts';

/** A time span as IIS writes it. */
function timeSpan(seconds: number): string {
  const part = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const time = [Math.floor((seconds % 86_400) / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60]
    .map(part)
    .join(':');
  return days === 0 ? time : `${days}.${time}`;
}

/** The text of an XML attribute. */
function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

type Say = (en: string, zh: string) => string;

/** What must be done once on the machine: the feature, the modules, the locked sections. */
function preparation(say: Say, { idleS, mode }: ProxySettings): string[] {
  const proxy = [
    say(
      '4. Install URL Rewrite 2.1 and Application Request Routing 3.0, then switch the proxy on:',
      '4. 安装 URL Rewrite 2.1 与 Application Request Routing 3.0，然后启用代理：',
    ),
    '     appcmd set config -section:system.webServer/proxy /enabled:"True" /preserveHostHeader:"True" /commit:apphost',
    say(
      '5. The silence that the proxy allows (default 2 minutes), and no buffering for server-sent events:',
      '5. 代理允许的空闲时间（默认 2 分钟），以及关闭 SSE 的缓冲：',
    ),
    `     appcmd set config -section:system.webServer/proxy /timeout:"${timeSpan(idleS)}" /minResponseBuffer:"0" /commit:apphost`,
    say('6. Let the rule set these server variables:', '6. 允许规则设置这些服务器变量：'),
    '     appcmd set config -section:system.webServer/rewrite/allowedServerVariables /+"[name=\'HTTP_X_FORWARDED_PROTO\']" /commit:apphost',
    '     appcmd set config -section:system.webServer/rewrite/allowedServerVariables /+"[name=\'HTTP_SEC_WEBSOCKET_EXTENSIONS\']" /commit:apphost',
  ];
  const platform = [
    say(
      '4. Install HttpPlatformHandler 1.2 and unlock the handlers:',
      '4. 安装 HttpPlatformHandler 1.2，并解锁 handlers 节：',
    ),
    '     appcmd unlock config -section:system.webServer/handlers',
  ];
  const notes = say(
    'Without TLS no phone connects: bind the certificate to the site in IIS manager (Bindings, https); it is not in this file.',
    '没有 TLS 手机无法连接：证书在 IIS 管理器中绑定到站点（绑定 > https），不在本文件里。',
  );
  return [
    say(
      'Once per machine, in PowerShell and a command prompt as administrator (appcmd is in %windir%\\system32\\inetsrv):',
      '每台机器执行一次，使用管理员身份的 PowerShell 与命令提示符（appcmd 位于 %windir%\\system32\\inetsrv）：',
    ),
    say(
      '1. Install the WebSocket Protocol feature; IIS has it off by default.',
      '1. 安装“WebSocket 协议”功能；IIS 默认没有安装。',
    ),
    '     Install-WindowsFeature Web-WebSockets',
    say(
      '   On Windows 10 and 11: Enable-WindowsOptionalFeature -Online -FeatureName IIS-WebSockets',
      '   Windows 10/11：Enable-WindowsOptionalFeature -Online -FeatureName IIS-WebSockets',
    ),
    say(
      '2. Allow web.config to speak of it; locked, the site answers 500.19 with 0x80070021.',
      '2. 允许 web.config 使用该节；若被锁定，站点会返回 500.19（0x80070021）。',
    ),
    '     appcmd unlock config -section:system.webServer/webSocket',
    say('3. Restart IIS: iisreset', '3. 重启 IIS：iisreset'),
    ...(mode === 'arr' ? proxy : platform),
    notes,
  ];
}

function rewriteRule(say: Say, { upstream, path }: ProxySettings): string[] {
  const match = path === '/' ? '.*' : `^${asPattern(path.slice(1))}(/.*)?$`;
  return [
    '    <rewrite>',
    '      <rules>',
    '        <rule name="minihub" stopProcessing="true">',
    `          <match url="${attribute(match)}" />`,
    '          <serverVariables>',
    '            <set name="HTTP_X_FORWARDED_PROTO" value="https" />',
    `            <!-- ${say('Compressed frames are a known trouble behind ARR: do not let compression be agreed on.', 'ARR 之后压缩帧是已知的麻烦：不要协商压缩。')} -->`,
    '            <set name="HTTP_SEC_WEBSOCKET_EXTENSIONS" value="" />',
    '          </serverVariables>',
    `          <action type="Rewrite" url="${attribute(`http://${upstream.host}:${upstream.port}/{R:0}`)}" />`,
    '        </rule>',
    '      </rules>',
    '    </rewrite>',
    `    <!-- ${say('Compression holds server-sent events back.', '压缩会滞留 SSE。')} -->`,
    '    <urlCompression doStaticCompression="true" doDynamicCompression="false" />',
  ];
}

/** Requests may last a multiple of whole minutes, says the schema of the module. */
function wholeMinutes(seconds: number): number {
  return Math.ceil(seconds / 60) * 60;
}

function platformHandler(say: Say, { idleS }: ProxySettings): string[] {
  return [
    '    <handlers>',
    '      <add name="minihub" path="*" verb="*" modules="httpPlatformHandler" resourceType="Unspecified" />',
    '    </handlers>',
    `    <!-- ${say('IIS starts Node and tells it its port: server.listen(process.env.HTTP_PLATFORM_PORT). requestTimeout is the silence allowed (default 2 minutes).', 'IIS 启动 Node 并告知端口：server.listen(process.env.HTTP_PLATFORM_PORT)。requestTimeout 是允许的空闲时间（默认 2 分钟）。')} -->`,
    `    <httpPlatform processPath="C:\\Program Files\\nodejs\\node.exe" arguments="server.js" requestTimeout="${timeSpan(wholeMinutes(idleS))}" startupTimeLimit="60" stdoutLogEnabled="true" stdoutLogFile=".\\logs\\node">`,
    '      <environmentVariables>',
    '        <environmentVariable name="PORT" value="%HTTP_PLATFORM_PORT%" />',
    '        <environmentVariable name="NODE_ENV" value="production" />',
    '      </environmentVariables>',
    '    </httpPlatform>',
  ];
}

/** A web.config, with what must be done on the machine in its head. */
export function iisConfiguration(settings: ProxySettings): string {
  const say: Say = (en, zh) => ({ en, zh })[settings.language];
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<!--',
    // Two hyphens in a row would end an XML comment.
    ...preparation(say, settings).map((line) => `  ${line.replaceAll('--', '- -')}`),
    '-->',
    '<configuration>',
    '  <system.webServer>',
    `    <!-- ${say('The switch that this file is about.', '本文件的关键开关。')} -->`,
    '    <webSocket enabled="true" />',
    ...(settings.mode === 'arr' ? rewriteRule(say, settings) : platformHandler(say, settings)),
    '  </system.webServer>',
    '</configuration>',
  ];
  return `${lines.join('\n')}\n`;
}
