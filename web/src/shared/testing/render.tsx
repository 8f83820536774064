import { configureStore } from "@reduxjs/toolkit";
import { render, type RenderResult } from "@testing-library/react";
import { App } from "antd";
import { setupServer } from "msw/node";
import { Provider } from "react-redux";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { ComponentType } from "react";
import { api } from "@/shared/api";

interface Options {
  /** The route's pattern, e.g. `/documents/:id?`. */
  path: string;
  /** Where the page is opened, with search. */
  at: string;
}

export interface Opened extends RenderResult {
  /** Where the page is now, with search. */
  where: () => string;
}

/** A page in its router with a query cache of its own, for tests. */
export function open(Page: ComponentType, { path, at }: Options): Opened {
  const store = configureStore({
    reducer: { [api.reducerPath]: api.reducer },
    middleware: (defaults) => defaults().concat(api.middleware),
  });
  const router = createMemoryRouter(
    [
      { path, element: <Page /> },
      { path: "*", element: <p>elsewhere</p> },
    ],
    { initialEntries: [at] },
  );
  const result = render(
    <Provider store={store}>
      <App>
        <RouterProvider router={router} />
      </App>
    </Provider>,
  );
  return { ...result, where: () => router.state.location.pathname + router.state.location.search };
}

/** An API of answers that the test gives; a request that nobody expected fails the test. */
export function fakeApi(): ReturnType<typeof setupServer> {
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());
  return server;
}
