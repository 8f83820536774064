import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Imports run one way: shared <- features <- app. No feature knows another. */
const oneWay = {
  meta: { type: "problem", schema: [], messages: { way: "{{from}} must not import {{to}}" } },
  create(context) {
    const place = (path) => /src\/(app|shared|features\/[^/]+)/.exec(path.replaceAll("\\", "/"))?.[1];
    const from = place(context.filename);
    const check = (node) => {
      const source = node.source?.value;
      if (!from || typeof source !== "string") return;
      const to = source.startsWith("@/") ? place(`src/${source.slice(2)}`) : null;
      if (source.startsWith("../../") && !source.includes("../../../react-18"))
        context.report({ node, message: "import from other rooms by '@/'" });
      if (!to || to === from) return;
      const allowed = from === "app" || to === "shared";
      if (!allowed) context.report({ node, messageId: "way", data: { from, to } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check };
  },
};

const fileLength = ["error", { max: 200, skipBlankLines: false, skipComments: false }];

export default tseslint.config(
  { ignores: ["dist", ".react-18-dist", "node_modules", "react-18", "src/shared/api/generated.ts", "public"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks, studio: { rules: { "one-way": oneWay } } },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "studio/one-way": "error",
      "max-lines": fileLength,
      "max-len": ["error", { code: 120, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true }],
      "no-console": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
);
