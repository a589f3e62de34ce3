import { registerTags } from '../built-ins/register-tags.ts';
import type { TagEnvironment } from '../built-ins/tag.ts';
import { resolvePath } from '../compile/paths.ts';
import { DomBackend, type EventSink } from './dom-backend.ts';
import { createEnvironment, framework, type InstanceMethods, useInstanceMethods } from './framework.ts';
import type { Reports } from './reports.ts';

type Environment = ReturnType<typeof createEnvironment>;

/** The framework's part of one run: its components, and what they are drawn with. */
export interface ComponentWorld {
  readonly space: ReturnType<Environment['createCodeSpace']>;
  readonly backend: ReturnType<Environment['associateBackend']>;
  /** Hears no more of errors and warnings. */
  end(): void;
}

/** What {@link openComponentWorld} needs of a run. */
export interface WorldNeeds {
  readonly screen: HTMLElement;
  readonly reports: Reports;
  readonly tags: TagEnvironment;
  readonly methods: InstanceMethods;
  /** Calls into the mini program's thread, which may be suspended. */
  readonly enter: (task: () => void) => void;
  /** Whether the program has such a script. */
  readonly hasScript: (file: string) => boolean;
}

/** Whether the framework warns of something that no phone and no tool of WeChat's warns of. */
function isNoise(message: string, hasScript: (file: string) => boolean): boolean {
  if (message.endsWith(' is not a valid property')) return true;
  // A relation may be to a component that no page uses.
  const [, target, from] = /^the target of relation "(.*?)" is not .*"(.*?)"\)/.exec(message) ?? [];
  return target !== undefined && from !== undefined && hasScript(`${resolvePath(target, from)}.js`);
}

type Named = { readonly is?: string; getRootBehavior?(): { readonly ownerSpace: unknown } };

/** Reports what the framework says of this run's components: its listeners hear of every run in the process. */
function listen({ space }: Pick<ComponentWorld, 'space'>, { reports, hasScript }: WorldNeeds): () => void {
  const owns = (component: Named | undefined): boolean => {
    const owner = component?.getRootBehavior?.();
    return owner === undefined || owner.ownerSpace === space.getComponentSpace();
  };
  const onError = (error: unknown, method?: string, component?: unknown): boolean => {
    const named = component as Named | undefined;
    if (!owns(named)) return true;
    // The name of a listener is that of the framework's own function around it.
    const what = method?.replace(/^listener .*$/, 'listener');
    reports.error(error, [what, named?.is && `of ${named.is}`].filter(Boolean).join(' '));
    return false;
  };
  const onWarning = (message: string, component: unknown): boolean => {
    const named = component as Named | undefined;
    if (!owns(named)) return true;
    if (isNoise(message, hasScript)) return false;
    reports.warn(named?.is ? `${message} (${named.is})` : message);
    return false;
  };
  framework.addGlobalErrorListener(onError);
  framework.addGlobalWarningListener(onWarning);
  return () => {
    framework.removeGlobalErrorListener(onError);
    framework.removeGlobalWarningListener(onWarning);
  };
}

/** Opens the framework's part of a run, with the built-in tags in it. */
export function openComponentWorld(needs: WorldNeeds): ComponentWorld {
  const { screen, reports, tags, methods, enter } = needs;
  // Pages find their elements by id, and so does CSS.
  framework.globalOptions.writeIdToDOM = true;
  // A property may have any name: `data`, for instance.
  framework.globalOptions.writeFieldsToNode = false;
  const environment = createEnvironment();
  const context = new DomBackend(tags.document, screen);
  const sink: EventSink = (target, type, detail, options) =>
    framework.Event.triggerEvent(target, type, detail, options);
  context.onEvent((...event) => enter(() => void reports.run(event[1], () => sink(...event))));
  const space = environment.createCodeSpace('app', true);
  useInstanceMethods(space, methods);
  registerTags(space, tags);
  const end = listen({ space }, needs);
  return { space, backend: environment.associateBackend(context), end };
}
