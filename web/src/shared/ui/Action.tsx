import { Button, Tooltip, type ButtonProps } from "antd";
import { useMay } from "./permissions";

interface Props extends ButtonProps {
  /** The permission that the action needs. */
  needs?: string;
  /** Why it cannot be done now, apart from permissions. */
  blocked?: string | false | null;
}

/** A button that says why it is disabled, also to a keyboard and a screen reader. */
export function Action({ needs, blocked, onClick, children, ...rest }: Props) {
  const may = useMay(needs);
  const why = may || blocked || "";
  if (!why)
    return (
      <Button onClick={onClick} {...rest}>
        {children}
      </Button>
    );
  return (
    <Tooltip title={why}>
      <Button {...rest} htmlType="button" aria-disabled className="cursor-not-allowed! opacity-60" onClick={undefined}>
        {children}
        <span className="sr-only"> ({why})</span>
      </Button>
    </Tooltip>
  );
}
