import { Action } from "@/shared/ui/Action";

const BUTTONS = [
  { key: "k", name: "Keep", type: "primary" },
  { key: "d", name: "Drop", danger: true },
  { key: "e", name: "Edit" },
  { key: "f", name: "Flag" },
  { key: "u", name: "Undo", back: true },
  { key: "p", name: "Back", look: true },
  { key: "j", name: "Next", look: true },
] as const;

interface Props {
  keys: Readonly<Record<string, () => void>>;
  can: { undo: boolean; decide: boolean };
}

/** The same as the keys, for a pointer. */
export function Keys({ keys, can }: Props) {
  return (
    <div className="sticky bottom-0 flex flex-wrap gap-2 rounded-lg border border-line bg-card p-3">
      {BUTTONS.map((button) => {
        const { key, name } = button;
        const looks = "look" in button;
        return (
          <Action
            key={key}
            needs={looks ? undefined : "samples:review"}
            blocked={!looks && !("back" in button) && !can.decide && "You have decided it; undo that first."}
            type={"type" in button ? button.type : "default"}
            danger={"danger" in button}
            aria-keyshortcuts={key}
            onClick={() => keys[key]?.()}
          >
            {name} <kbd className="ml-1 opacity-80">{key}</kbd>
          </Action>
        );
      })}
    </div>
  );
}
