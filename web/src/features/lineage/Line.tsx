import { skipToken } from "@reduxjs/toolkit/query";
import { Button } from "antd";
import { useState } from "react";
import { useSamplesShowQuery } from "@/shared/api";
import { copyText } from "@/shared/ui/CopyCommand";
import { Card } from "@/shared/ui/Page";
import type { Point } from "./graph";
import { spoken } from "./path";

/** The way from the model back to the bytes, in one line that can be copied. */
export function Line({ path }: { path: readonly Point[] }) {
  const last = path.at(-1);
  const sample = last?.kind === "sample" ? last.id : "";
  const { currentData } = useSamplesShowQuery(sample ? { id: sample } : skipToken);
  const text = spoken(path, currentData?.data.attributes.source);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  if (!path.length || (path.length < 2 && !sample)) return null;
  return (
    <Card
      title="The way back"
      extra={
        <Button size="small" onClick={() => void copy()}>
          {copied ? "Copied" : "Copy"}
        </Button>
      }
    >
      <p className="font-mono text-xs break-words" data-testid="way">
        {text}
      </p>
      {!sample && <p className="mt-2 text-xs text-soft">Select the samples and choose one to go on to its bytes.</p>}
    </Card>
  );
}
