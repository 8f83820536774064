import { Input } from "antd";
import { useEffect, useState } from "react";
import { useSettled } from "./useSettled";

interface Props {
  /** What stands in the URL. */
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  id?: string;
  label?: string;
  className?: string;
}
/** A search field (`/` goes there). It follows the URL, and the URL follows it when the typing rests. */
export function SearchField({ value, onChange, placeholder, id, label, className }: Props) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setTyped(value);
  }
  const settled = useSettled(typed, 300);
  useEffect(() => {
    if (settled !== value && settled === typed) onChange(settled);
    // only where the typing has rested
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <Input
      id={id}
      aria-label={label}
      type="search"
      maxLength={200}
      allowClear
      className={className}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
