import { Input } from "antd";
import { Field } from "./Field";

interface Props {
  value: string;
  onChange: (text: string) => void;
  label?: string;
  /** What the reason is kept with. */
  keptWith?: string;
  error?: string;
  /** Enter in a field of one line. */
  onEnter?: () => void;
  lines?: number;
}

/** Why somebody does it: kept with what they did. */
export function Reason({ value, onChange, label = "Why", keptWith = "event", error, onEnter, lines = 1 }: Props) {
  const common = {
    id: "reason",
    value,
    maxLength: 1000,
    placeholder: `Kept with the ${keptWith}`,
    "aria-invalid": !!error,
    status: error ? ("error" as const) : undefined,
  };
  return (
    <Field name="reason" label={label} error={error}>
      {lines > 1 ? (
        <Input.TextArea {...common} rows={lines} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Input {...common} onChange={(event) => onChange(event.target.value)} onPressEnter={onEnter} />
      )}
    </Field>
  );
}
