import { Select, type SelectProps } from "antd";

/** One of many, which is found by typing; nothing chosen is an empty text. */
export function Pick({ value, ...rest }: SelectProps<string>) {
  return <Select {...rest} value={value || null} showSearch={{ optionFilterProp: "label" }} />;
}
