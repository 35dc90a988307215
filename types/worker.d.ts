// What a service worker finds in its scope, beside what every worker does.

/** Stands ahead of worker.js when it is served: escan/pages/offline.py puts it there. */
declare const release: {
  /** What every kept page needs. */
  files: string[];
  /** The page for what is not kept. */
  offline: string;
  /** Whether a static file never changes under its name. */
  isFrozen: boolean;
};

declare const clients: Clients;
declare const registration: ServiceWorkerRegistration;
declare function skipWaiting(): Promise<void>;
declare function addEventListener<K extends keyof ServiceWorkerGlobalScopeEventMap>(
  type: K,
  listener: (event: ServiceWorkerGlobalScopeEventMap[K]) => unknown,
): void;

interface WorkerNavigator {
  readonly connection?: { readonly saveData?: boolean };
}
