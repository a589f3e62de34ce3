import type { Dialogs, ModalRequest, ToastRequest } from '../runtime/dialogs.ts';
import { type ApiCalls, CallFailure, type CallOptions } from './api-call.ts';

type Api = { [name: string]: (...args: never[]) => unknown };

/** Toasts, dialogs and sheets. */
export function feedbackApi(calls: ApiCalls, dialogs: Dialogs): Api {
  return {
    showToast: (options: CallOptions & ToastRequest) =>
      calls.answer('showToast', options, () => {
        dialogs.showToast(options, options.duration ?? 1500);
        return {};
      }),
    showLoading: (options: CallOptions & ToastRequest) =>
      calls.answer('showLoading', options, () => {
        dialogs.showToast({ ...options, icon: 'loading' }, Number.POSITIVE_INFINITY);
        return {};
      }),
    hideToast: (options?: CallOptions) =>
      calls.answer('hideToast', options, () => {
        dialogs.hideToast();
        return {};
      }),
    hideLoading: (options?: CallOptions) =>
      calls.answer('hideLoading', options, () => {
        dialogs.hideToast();
        return {};
      }),
    showModal: (options: CallOptions & ModalRequest) =>
      calls.answer('showModal', options, () => dialogs.showModal(options)),
    showActionSheet: (options: CallOptions & { itemList: string[]; itemColor?: string; alertText?: string }) =>
      calls.answer('showActionSheet', options, async () => {
        const { itemList, itemColor, alertText } = options;
        const tapIndex = await dialogs.showActions(itemList, {
          ...(itemColor === undefined ? {} : { color: itemColor }),
          ...(alertText === undefined ? {} : { title: alertText }),
        });
        if (tapIndex === undefined) throw new CallFailure('cancel');
        return { tapIndex };
      }),
  };
}
