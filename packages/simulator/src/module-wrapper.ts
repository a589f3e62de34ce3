/**
 * The parameters of WeChat's module wrapper that hide a global of that name, whatever it is: each is passed as undefined.
 * (Names that tools and old versions hide are included; a module must work with all of them hidden.)
 */
export const shadowedGlobals: readonly string[] = (
  'window top document frames self location navigator localStorage history Caches screen alert confirm prompt fetch ' +
  'XMLHttpRequest WebSocket webkit WeixinJSCore Reporter print URL DOMParser requestAnimationFrame getComputedStyle Node ' +
  'upload preview build showDecryptedInfo cleanAppCache syncMessage checkProxy showSystemInfo showMyOpenId ' +
  'restoreLocalData openVendor openMiniapp openMiniappBuilder openMiniappIpa openCrashDir openCache openEngine ' +
  'cleanEngineWASM openEditorCache openToolsLog showRequestInfo help showDebugInfoTable closeDebug showDebugInfo ' +
  '__global getMessageTunnelInfo loadBabelMod openInspect openGameEngineDebugMode closeGameEngineDebugMode ' +
  'openGameEngineAssetsInspect openUserDataPath WeixinJSBridge __WeixinJSBridge __passWAServiceGlobal__'
).split(' ');

/**
 * WeChat's module wrapper around a file, as the text of a function expression. Its parameters are `require, module,
 * exports`, then `extra` ones, then {@link shadowedGlobals}, for which nothing is to be passed. The file's lines stay where
 * they were.
 */
export function wrapModule(source: string, extra: readonly string[] = []): string {
  const shadowed = shadowedGlobals.filter((name) => !extra.includes(name));
  return `(function (${['require', 'module', 'exports', ...extra, ...shadowed].join(', ')}) {${source}\n})`;
}
