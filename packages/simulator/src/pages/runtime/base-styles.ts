/** How built-in tags, bars and dialogs look: WeUI's look, light and dark. */
export const baseStyles = `
.mh-app{--mh-bg:#ededed;--mh-fg:rgba(0,0,0,.9);--mh-dim:rgba(0,0,0,.5);--mh-line:rgba(0,0,0,.1);--mh-card:#fff;--mh-green:#07c160;--mh-link:#576b95;
position:relative;display:flex;flex-direction:column;height:100%;min-height:0;overflow:hidden;background:var(--mh-bg);color:#000;font:16px/1.4 -apple-system,system-ui,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;-webkit-tap-highlight-color:transparent}
.mh-app[data-theme=dark]{--mh-bg:#111;--mh-fg:rgba(255,255,255,.8);--mh-dim:rgba(255,255,255,.5);--mh-line:rgba(255,255,255,.1);--mh-card:#2c2c2c;--mh-link:#7d90a9;color-scheme:dark;color:var(--mh-fg)}
.mh-app [hidden]{display:none!important}
.mh-bar{display:flex;align-items:center;flex:none;height:44px;padding:0 92px 0 44px;position:relative;user-select:none}
.mh-title{flex:1;margin:0;font-size:17px;font-weight:500;text-align:center;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;padding-left:48px}
.mh-title .wx-spinner{margin-right:6px}
.mh-back{position:absolute;left:0;top:0;width:44px;height:44px;border:0;background:none;color:inherit;cursor:pointer}
.mh-back::before{content:"";position:absolute;left:18px;top:16px;width:10px;height:10px;border:solid currentColor;border-width:0 0 2px 2px;transform:rotate(45deg)}
.mh-capsule{position:absolute;right:8px;top:6px;width:84px;height:30px;border:1px solid color-mix(in srgb,currentColor 15%,transparent);border-radius:16px;display:flex;align-items:center;justify-content:space-around;opacity:.9}
.mh-dots{width:4px;height:4px;border-radius:2px;background:currentColor;box-shadow:-7px 0 currentColor,7px 0 currentColor}
.mh-circle{width:14px;height:14px;border:2px solid currentColor;border-radius:50%;box-shadow:inset 0 0 0 3px transparent;box-sizing:border-box}
.mh-pages{position:relative;flex:1;min-height:0;container-type:size;contain:layout}
.mh-page{position:absolute;inset:0;overflow:hidden auto;overscroll-behavior:contain;background:inherit;scrollbar-width:thin}
.mh-page[data-hidden]{display:none}
.mh-page[data-entering]{animation:mh-enter .2s ease-out}
@keyframes mh-enter{from{transform:translateX(30%);opacity:.3}}
@media (prefers-reduced-motion:reduce){.mh-page[data-entering]{animation:none}}
.mh-refresher{height:0;overflow:hidden;display:flex;align-items:center;justify-content:center;transition:height .2s;color:var(--mh-dim)}
.mh-refresher[data-on]{height:50px}
.mh-tabs{display:flex;flex:none;height:56px;background:var(--mh-card);border-top:1px solid var(--mh-line)}
.mh-tabs[data-position=top]{order:-1;border-top:0;height:44px}
.mh-bar{order:-2}
.mh-tab{flex:1;position:relative;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:2px;border:0;background:none;color:inherit;font:inherit;font-size:12px;cursor:pointer}
.mh-tab-icon{width:26px;height:26px}
.mh-badge,.mh-dot{position:absolute;top:4px;left:calc(50% + 8px);background:#fa5151;color:#fff;border-radius:9px;font-size:11px;line-height:16px;padding:0 5px;font-weight:500}
.mh-dot{width:8px;height:8px;padding:0}
.mh-layer{position:absolute;inset:0;pointer-events:none;z-index:1000}
.mh-layer>*{pointer-events:auto}
.mh-mask{position:absolute;inset:0;background:rgba(0,0,0,.5);display:flex;align-items:center;justify-content:center}
.mh-mask-clear{background:none}
.mh-mask-bottom{align-items:flex-end}
.mh-toast{position:absolute;left:50%;top:42%;transform:translate(-50%,-50%);min-width:110px;max-width:70%;padding:20px 16px;border-radius:12px;background:#4c4c4c;color:#fff;text-align:center;font-size:15px;pointer-events:none;box-sizing:border-box}
.mh-toast p{margin:0;overflow-wrap:anywhere}.mh-toast .wx-spinner,.mh-toast-mark{display:block;margin:0 auto 10px;width:36px;height:36px;font-size:34px;line-height:36px}
.mh-toast-none{padding:12px 16px}
.mh-modal{width:80%;max-width:320px;background:var(--mh-card);color:var(--mh-fg);border-radius:12px;text-align:center;overflow:hidden}
.mh-modal-title{margin:28px 24px 12px;font-size:17px;font-weight:500}.mh-modal-title:empty{margin:16px 0 0}
.mh-modal-text{margin:0 24px 28px;color:var(--mh-dim);white-space:pre-wrap;overflow-wrap:anywhere}
.mh-modal-field{width:80%;margin:0 0 24px;padding:8px;font:inherit;border:1px solid var(--mh-line);border-radius:6px;background:var(--mh-bg);color:inherit;box-sizing:border-box}
.mh-modal-buttons{display:flex;border-top:1px solid var(--mh-line)}
.mh-modal-buttons button{flex:1;height:54px;border:0;background:none;font:inherit;font-size:17px;font-weight:500;color:var(--mh-fg);cursor:pointer}
.mh-modal-buttons button+button{border-left:1px solid var(--mh-line)}.mh-modal-buttons .mh-modal-confirm{color:var(--mh-link)}
.mh-sheet{width:100%;background:var(--mh-card);color:var(--mh-fg);border-radius:12px 12px 0 0;overflow:hidden;max-height:80%;overflow-y:auto}
.mh-sheet-title{margin:16px;text-align:center;color:var(--mh-dim);font-size:13px}
.mh-action{display:block;width:100%;min-height:54px;border:0;border-bottom:1px solid var(--mh-line);background:none;color:inherit;font:inherit;font-size:17px;cursor:pointer}
.mh-action-cancel{border-top:8px solid var(--mh-bg);border-bottom:0}
.mh-pick-head{display:flex;justify-content:space-between;align-items:center;padding:12px 16px;border-bottom:1px solid var(--mh-line)}
.mh-pick-head button{border:0;background:none;font:inherit;color:var(--mh-dim);cursor:pointer}.mh-pick-head .mh-pick-confirm{color:var(--mh-green)}
.mh-columns{display:flex;padding:8px}.mh-column{flex:1;border:0;background:none;color:inherit;font:inherit;text-align:center;outline-offset:-2px}.mh-column option{padding:8px 0}
.mh-notices{position:relative;height:0;flex:none;z-index:1001}
.mh-crash{position:absolute;left:8px;right:8px;bottom:8px;max-height:132px;box-sizing:border-box;overflow:auto;background:#2b1111;color:#ffd7d7;border:1px solid #fa5151;border-radius:10px;padding:10px 12px;font:12px/1.5 ui-monospace,monospace;box-shadow:0 6px 24px rgba(0,0,0,.4)}
.mh-crash h2{margin:0 28px 6px 0;font-size:13px;color:#fff}.mh-crash p{margin:0 0 8px;white-space:pre-wrap;overflow-wrap:anywhere}.mh-crash em{color:#ff9d9d;font-style:normal}
.mh-crash p[data-times]::after{content:attr(data-times);margin-left:8px;padding:0 6px;border-radius:8px;background:#fa5151;color:#fff}.mh-crash p:last-child{margin-bottom:0}
.mh-crash button{position:sticky;float:right;top:0;margin:-26px -4px 0 0;border:0;background:none;color:#fff;font-size:20px;line-height:1;cursor:pointer}
wx-page{display:block;min-height:100%;box-sizing:border-box;overflow-wrap:break-word}
wx-view,wx-cover-view,wx-form,wx-radio-group,wx-checkbox-group,wx-root-portal,wx-match-media,wx-rich-text{display:block}
wx-radio-group,wx-checkbox-group{display:block}
wx-text{white-space:pre-wrap}
wx-text[hidden]{display:none}
wx-text[user-select],wx-text[selectable]{user-select:text}
wx-navigator,wx-picker{display:block;cursor:pointer}
wx-label{cursor:pointer}
wx-image,wx-cover-image{display:inline-block;width:320px;height:240px;overflow:hidden;position:relative}
.wx-img{width:100%;height:100%;display:block;object-fit:fill}
wx-image[mode=aspectFit]>.wx-img{object-fit:contain}wx-image[mode=aspectFill]>.wx-img{object-fit:cover}
wx-image[mode=widthFix]{height:auto!important}wx-image[mode=widthFix]>.wx-img{height:auto}
wx-image[mode=heightFix]{width:auto!important}wx-image[mode=heightFix]>.wx-img{width:auto}
wx-image[mode=center]>.wx-img,wx-image[mode=top]>.wx-img,wx-image[mode=bottom]>.wx-img,wx-image[mode=left]>.wx-img,wx-image[mode=right]>.wx-img{object-fit:none}
.wx-img:not([src]){visibility:hidden}
wx-icon{display:inline-block;line-height:0;vertical-align:middle}
wx-progress{display:flex;align-items:center}.wx-progress-bar{flex:1;background:var(--mh-line);border-radius:3px;overflow:hidden}.wx-progress-inner{height:100%;transition:width .2s}.wx-progress-info:not(:empty){margin-left:8px;min-width:36px}
wx-button{display:block;position:relative;box-sizing:border-box;margin:0 auto;padding:0 14px;min-height:46px;border-radius:5px;font-size:18px;line-height:46px;text-align:center;text-decoration:none;overflow:hidden;color:#000;background:#f8f8f8;cursor:pointer;user-select:none;box-shadow:inset 0 0 0 1px rgba(0,0,0,.08)}
[data-theme=dark] wx-button{color:var(--mh-fg);background:#2c2c2c}
wx-button[type=primary]{background:var(--mh-green);color:#fff;box-shadow:none}wx-button[type=warn]{background:#e64340;color:#fff;box-shadow:none}
wx-button[plain]{background:transparent;color:inherit;box-shadow:inset 0 0 0 1px currentColor}wx-button[plain][type=primary]{color:var(--mh-green)}wx-button[plain][type=warn]{color:#e64340}
wx-button[size=mini]{display:inline-block;min-height:30px;line-height:30px;font-size:13px;padding:0 12px}
wx-button[wx-disabled]{opacity:.45;cursor:default}
wx-button.button-hover:not([wx-disabled]){filter:brightness(.92)}
wx-button:focus-visible,.mh-app button:focus-visible{outline:2px solid #1989fa;outline-offset:-2px}
.wx-spinner{display:inline-block;width:16px;height:16px;box-sizing:border-box;border:2px solid currentColor;border-right-color:transparent;border-radius:50%;animation:mh-spin .8s linear infinite;vertical-align:middle}
wx-button>.wx-spinner{margin-right:6px}
@keyframes mh-spin{to{transform:rotate(1turn)}}
wx-input,wx-textarea{display:block;position:relative;overflow:hidden;text-align:inherit;cursor:text}
wx-input{height:1.4em;min-height:1.4em}
wx-textarea{width:300px;height:150px}wx-textarea[auto-height]{height:auto}
.wx-control{display:block;width:100%;height:100%;min-height:inherit;margin:0;padding:0;border:0;outline:0;background:none;color:inherit;font:inherit;line-height:inherit;letter-spacing:inherit;text-align:inherit;box-sizing:border-box;resize:none;position:relative;border-radius:0}
wx-textarea .wx-control{min-height:0}
.wx-control::placeholder{color:transparent}
.wx-placeholder{position:absolute;inset:0;padding:inherit;color:gray;pointer-events:none;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
wx-input>.wx-placeholder{display:flex;align-items:center}
wx-textarea>.wx-placeholder{white-space:pre-wrap}
wx-checkbox,wx-radio{display:inline-block;cursor:pointer}
.wx-mark{display:inline-block;position:relative;width:22px;height:22px;margin-right:5px;box-sizing:border-box;border:1px solid #d1d1d1;border-radius:3px;background:var(--mh-card);vertical-align:middle;color:var(--mh-green)}
.wx-mark-radio{border-radius:50%}
[data-checked]>.wx-mark::after{content:"";position:absolute;left:6px;top:2px;width:6px;height:11px;border:solid currentColor;border-width:0 2px 2px 0;transform:rotate(45deg)}
[data-checked]>.wx-mark-radio{background:currentColor;border-color:currentColor}[data-checked]>.wx-mark-radio::after{border-color:#fff}
[wx-disabled]>.wx-mark,[wx-disabled]>.wx-switch-track{opacity:.4}
wx-switch{display:inline-block;cursor:pointer;vertical-align:middle;line-height:0}
.wx-switch-track{display:inline-block;position:relative;width:52px;height:32px;border-radius:16px;background:color-mix(in srgb,var(--mh-fg) 15%,transparent);transition:background .15s}
.wx-switch-track::after{content:"";position:absolute;left:2px;top:2px;width:28px;height:28px;border-radius:50%;background:#fff;box-shadow:0 1px 3px rgba(0,0,0,.3);transition:transform .15s}
[data-checked]>.wx-switch-track{background:var(--mh-green)}[data-checked]>.wx-switch-track::after{transform:translateX(20px)}
wx-slider{display:flex;align-items:center;padding:8px 18px}.wx-range{flex:1;accent-color:var(--mh-green)}.wx-range-value:not(:empty){min-width:32px;text-align:right}
wx-scroll-view{display:block;overflow:hidden;position:relative;overscroll-behavior:contain}
wx-scroll-view[scroll-y]{overflow-y:auto}wx-scroll-view[scroll-x]{overflow-x:auto}wx-scroll-view[enable-flex]{display:flex}wx-scroll-view[no-scrollbar]{scrollbar-width:none}
wx-swiper{display:block;position:relative;height:150px;overflow:hidden;touch-action:pan-y}wx-swiper-item{position:absolute;inset:0;display:block;overflow:hidden;transition:transform .3s}
.wx-swiper-dots{position:absolute;left:0;right:0;bottom:8px;display:flex;justify-content:center;gap:6px;z-index:1;pointer-events:none}.wx-swiper-dot{width:8px;height:8px;border-radius:50%;background:rgba(0,0,0,.3)}.wx-swiper-dot[data-current]{background:#000}
wx-picker-view{display:flex;position:relative;overflow:hidden}
wx-picker-view-column{flex:1;display:block;position:relative;height:100%;box-sizing:border-box;overflow:hidden auto;scroll-snap-type:y mandatory;scrollbar-width:none;cursor:pointer;mask-image:linear-gradient(transparent,#000 45%,#000 55%,transparent)}
wx-picker-view-column>*{overflow:hidden;flex:none}
.wx-pick-mark{position:sticky;top:0;height:34px;box-sizing:border-box;pointer-events:none;border:solid var(--mh-line);border-width:1px 0}
wx-canvas{display:block;position:relative;width:300px;height:150px;overflow:hidden}.wx-canvas,.wx-video{display:block;width:100%;height:100%}
wx-video{display:inline-block;width:300px;height:225px;overflow:hidden;position:relative;background:#000}wx-open-data{display:inline}
wx-movable-area{display:block;position:relative;width:10px;height:10px}wx-movable-view{display:inline-block;position:absolute;width:10px;height:10px;cursor:grab;touch-action:none;user-select:none}
wx-page-container{display:none;position:absolute;left:0;right:0;bottom:0;z-index:100;background:var(--mh-card)}wx-page-container[data-shown]{display:block}
`;
