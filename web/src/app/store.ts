import { configureStore } from "@reduxjs/toolkit";
import { setupListeners } from "@reduxjs/toolkit/query";
import { ALL_TAGS, api } from "@/shared/api";
import { connection } from "@/shared/live/live";
import { refreshOn } from "@/shared/live/refresh";
import { session } from "@/shared/api/session";

export function makeStore() {
  const store = configureStore({
    reducer: { [api.reducerPath]: api.reducer },
    middleware: (defaults) => defaults().concat(api.middleware),
    devTools: false,
  });
  setupListeners(store.dispatch);
  return store;
}

export const store = makeStore();

type Tag = (typeof ALL_TAGS)[number];

/** Tie the feed to the query cache, and both to who is signed in. */
export function goLive(): void {
  refreshOn(connection, (tags) =>
    store.dispatch(api.util.invalidateTags(tags === "all" ? [...ALL_TAGS] : (tags as Tag[]))),
  );
  let tenant = session.get()?.tenant ?? "";
  const follow = () => {
    const held = session.get();
    if (!held) {
      connection.stop();
      store.dispatch(api.util.resetApiState());
    } else {
      if (tenant && held.tenant !== tenant) store.dispatch(api.util.resetApiState());
      tenant = held.tenant;
      connection.start();
    }
  };
  session.subscribe(follow);
  window.addEventListener("online", () => connection.now());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) connection.now();
  });
  follow();
}
