import { whole } from "./numbers";

interface Option {
  value: string;
  name: string;
  count?: number;
}

interface Props {
  label: string;
  options: readonly Option[];
  value: string;
  onChange: (value: string) => void;
}

/** One of a few, as buttons side by side, with how many there are of each. */
export function Choice({ label, options, value, onChange }: Props) {
  return (
    <div role="group" aria-label={label} className="flex flex-wrap gap-1">
      {options.map((option) => {
        const chosen = option.value === value;
        return (
          <button
            key={option.value}
            type="button"
            aria-pressed={chosen}
            onClick={() => onChange(option.value)}
            className={`rounded border px-2 py-1 text-xs whitespace-nowrap ${
              chosen ? "border-accent bg-raised font-semibold text-accent" : "border-line bg-card hover:bg-raised"
            }`}
          >
            {option.name}
            {option.count !== undefined && <span className="ml-1.5 text-soft tabular-nums">{whole(option.count)}</span>}
          </button>
        );
      })}
    </div>
  );
}
