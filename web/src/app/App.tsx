import { App as Messages, ConfigProvider } from "antd";
import { RouterProvider } from "react-router/dom";
import { useMemo } from "react";
import { router } from "./routes";
import { themeOf, useMode } from "./theme";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

/** Not the body: for a dialog there the library would write a style sheet that the content security policy refuses. */
const overlays = () => document.getElementById("root") ?? document.body;

export function App() {
  const mode = useMode();
  const theme = useMemo(() => themeOf(mode), [mode]);
  return (
    <ConfigProvider
      theme={theme}
      csp={{ nonce }}
      wave={{ disabled: true }}
      componentSize="middle"
      getPopupContainer={overlays}
    >
      <Messages message={{ maxCount: 3 }}>
        <RouterProvider router={router} />
      </Messages>
    </ConfigProvider>
  );
}
