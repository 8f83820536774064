import { Button } from "antd";
import { useMemo } from "react";
import { useLocation, useNavigate } from "react-router";
import type { DeadLetterResource } from "@/shared/api";
import { Grid, type Column } from "@/shared/ui/Grid";
import { whole } from "@/shared/ui/numbers";
import { selectColumn } from "@/shared/ui/selectColumn";
import { State } from "@/shared/ui/State";
import { ago, long } from "@/shared/ui/time";

interface Props {
  letters: readonly DeadLetterResource[];
  open: string | undefined;
  chosen: readonly string[];
  onChosen: (ids: string[]) => void;
  more?: () => void;
  busy: boolean;
}

/** Letters, newest first. */
export function Letters({ letters, open, chosen, onChosen, more, busy }: Props) {
  const navigate = useNavigate();
  const { search } = useLocation();
  const columns = useMemo(() => columnsOf(chosen, onChosen), [chosen, onChosen]);
  return (
    <>
      <Grid
        label="Dead letters"
        columns={columns}
        count={letters.length}
        get={(index) => letters[index]}
        active={open ? letters.findIndex((letter) => letter.id === open) : undefined}
        onOpen={(index) => void navigate(`/dead-letters/${letters[index]?.id ?? ""}${search}`)}
        onActive={(index) => open && void navigate(`/dead-letters/${letters[index]?.id ?? ""}${search}`, { replace: true })}
        minWidth="38rem"
        className="max-h-[max(20rem,calc(100vh-28rem))]"
      />
      {more && (
        <p className="mt-3 flex items-center gap-3 text-xs text-soft">
          The newest {whole(letters.length)}; there are more.
          <Button size="small" loading={busy} onClick={more}>
            Read more
          </Button>
        </p>
      )}
    </>
  );
}

function columnsOf(chosen: readonly string[], onChosen: (ids: string[]) => void): Column<DeadLetterResource>[] {
  return [
    selectColumn({
      chosen,
      onChosen,
      label: ({ attributes }) => `Select the letter at ${attributes.topic} ${attributes.partition}/${attributes.offset}`,
      disabled: ({ attributes }) => attributes.state !== "parked",
    }),
    {
      name: "where",
      title: "Record",
      width: "minmax(8rem,1fr)",
      cell: ({ attributes: letter }) => (
        <span title={letter.key}>
          {letter.topic.replace(/^studio\./, "")}{" "}
          <span className="text-soft tabular-nums">
            {letter.partition}/{letter.offset}
          </span>
        </span>
      ),
    },
    { name: "state", title: "State", width: "5.5rem", cell: ({ attributes }) => <State name={attributes.state} /> },
    {
      name: "why",
      title: "Why",
      width: "minmax(16rem,2.5fr)",
      cell: ({ attributes: letter }) => (
        <span title={letter.message}>
          <code>{letter.code}</code> <span className="text-soft">{letter.consumer}</span>
        </span>
      ),
    },
    {
      name: "at",
      title: "Parked",
      width: "7.5rem",
      cell: ({ attributes: { created_at: at } }) => (
        <time dateTime={at} title={long(at)} className="text-soft">
          {ago(at)}
        </time>
      ),
    },
  ];
}
