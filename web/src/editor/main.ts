/** The code editor in a frame of its own: it needs inline styles, which the studio's pages do not allow.
 *
 * Parent to frame: `{kind: "set", value, language, readOnly, dark, label}`. Frame to parent: `{kind: "ready"}`,
 * `{kind: "change", value}`. Both sides are of one origin, and other messages are left alone.
 */
import { editor as monaco } from "monaco-editor/editor.js";
import "monaco-editor/features/bracketMatching/register.js";
import "monaco-editor/features/find/register.js";
import "monaco-editor/features/folding/register.js";
import "monaco-editor/languages/features/json/register.js";
import JsonWorker from "monaco-editor/language/json/json.worker.js?worker";
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker";
import "./style.css";

interface Set {
  kind: "set";
  value: string;
  language: string;
  readOnly: boolean;
  dark: boolean;
  label: string;
}

(self as unknown as { MonacoEnvironment: object }).MonacoEnvironment = {
  getWorker: (_id: string, label: string) => (label === "json" ? new JsonWorker() : new EditorWorker()),
};

const say = (message: object) => window.parent.postMessage(message, window.location.origin);
const editor = monaco.create(document.getElementById("editor") as HTMLElement, {
  automaticLayout: true,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  wordWrap: "on",
  fontSize: 13,
  tabFocusMode: true, // Tab leaves the editor: the keyboard path of the page goes on
});
let quiet = false;

window.addEventListener("message", (event: MessageEvent<Set>) => {
  if (event.origin !== window.location.origin || event.data?.kind !== "set") return;
  const { value, language, readOnly, dark, label } = event.data;
  monaco.setTheme(dark ? "vs-dark" : "vs");
  editor.updateOptions({ readOnly, ariaLabel: label });
  const model = editor.getModel();
  if (!model) return;
  monaco.setModelLanguage(model, language);
  if (model.getValue() === value) return;
  quiet = true;
  model.setValue(value);
  quiet = false;
});
editor.onDidChangeModelContent(() => {
  if (!quiet) say({ kind: "change", value: editor.getValue() });
});
say({ kind: "ready" });
