import { App, Input, InputNumber, Modal, Select } from "antd";
import { useEffect, useState } from "react";
import { useDocumentsIndexQuery, useReviewsBulkMutation, useSamplesSpreadOfQuery } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { Field } from "@/shared/ui/Field";
import { newKey } from "@/shared/ui/newKey";
import { whole } from "@/shared/ui/numbers";
import { Reason } from "@/shared/ui/Reason";
import { Refusal } from "@/shared/ui/states";
import { useSettled } from "@/shared/ui/useSettled";
import { bodyOf, START, takesAll, type Wish } from "./bulk";

const NAMES = { keep: "Keep", drop: "Drop", flag: "Flag" } as const;

/** One decision about many: the studio counts first, then it is confirmed with that number. */
export function Bulk({ curation, onClose }: { curation: string; onClose: () => void }) {
  const [wish, setWish] = useState(START);
  const [reason, setReason] = useState("");
  const [count, counting] = useReviewsBulkMutation();
  const [send, sending] = useReviewsBulkMutation();
  const { message } = App.useApp();
  const documents = useDocumentsIndexQuery({ limit: 500 }).data?.data ?? [];
  const scorers = useSamplesSpreadOfQuery({ curationId: curation }).data?.data.attributes.scorers ?? [];
  const asked = useSettled(wish, 300);
  useEffect(() => {
    void count({ "idempotency-key": newKey(), bulkReview: bodyOf(curation, asked, "", true) });
  }, [count, curation, asked]);
  const known = asked === wish && !counting.isLoading ? counting.data?.data.attributes.samples : undefined;
  const error = sending.error ?? counting.error;
  const decide = async () => {
    const made = await send({ "idempotency-key": newKey(), bulkReview: bodyOf(curation, wish, reason, false) });
    if (!made.data) return;
    void message.success(`${whole(made.data.data.attributes.changed)} samples decided. Undo takes all of it back.`);
    onClose();
  };
  const change = (part: Partial<Wish>) => setWish({ ...wish, ...part });
  const name = NAMES[wish.decision];
  return (
    <Modal
      open
      title="Decide many samples"
      okText={known === undefined ? `${name} …` : `${name} ${whole(known)} ${known === 1 ? "sample" : "samples"}`}
      okButtonProps={{ disabled: !known, danger: wish.decision === "drop" }}
      confirmLoading={sending.isLoading}
      onOk={() => void decide()}
      onCancel={onClose}
    >
      <div className="grid gap-3 py-2 sm:grid-cols-2">
        <Field name="decision" label="Decision">
          <Select
            id="decision"
            value={wish.decision}
            onChange={(decision) => change({ decision })}
            options={Object.entries(NAMES).map(([value, label]) => ({ value: value as Wish["decision"], label }))}
          />
        </Field>
        <Field name="by-rule" label="The rule">
          <Select
            id="by-rule"
            value={wish.rule}
            onChange={(rule) => change({ rule })}
            options={[
              { value: "any", label: "whatever it says" },
              { value: "kept", label: "keeps them" },
              { value: "dropped", label: "drops them" },
            ]}
          />
        </Field>
        <Field name="in-document" label="Document">
          <Select
            id="in-document"
            value={wish.document}
            onChange={(document) => change({ document })}
            showSearch={{ optionFilterProp: "label" }}
            options={[
              { value: "", label: "any" },
              ...documents.map((one) => ({ value: one.id, label: one.attributes.name })),
            ]}
          />
        </Field>
        <Field name="of-kind" label="Kind">
          <Input id="of-kind" value={wish.kind} placeholder="any" onChange={(event) => change({ kind: event.target.value.trim() })} />
        </Field>
        <Field name="by-score" label="Score">
          <Select
            id="by-score"
            value={wish.scorer}
            onChange={(scorer) => change({ scorer })}
            options={[
              { value: "", label: "any" },
              ...scorers.map((one) => ({ value: one.name, label: one.name.replaceAll("_", " ") })),
            ]}
          />
        </Field>
        <Field name="from" label="From, up to">
          <span className="flex gap-2">
            <InputNumber id="from" disabled={!wish.scorer} value={wish.low} step={0.05} onChange={(low) => change({ low })} />
            <InputNumber
              aria-label="Up to"
              disabled={!wish.scorer}
              value={wish.high}
              step={0.05}
              onChange={(high) => change({ high })}
            />
          </span>
        </Field>
        <Field name="with-text" label="With the words">
          <Input id="with-text" maxLength={200} value={wish.text} onChange={(event) => change({ text: event.target.value })} />
        </Field>
        <label className="flex items-center gap-2 self-end pb-1">
          <input
            type="checkbox"
            checked={wish.unreviewed}
            onChange={(event) => change({ unreviewed: event.target.checked })}
          />
          only what nobody has decided
        </label>
      </div>
      <Reason value={reason} onChange={setReason} keptWith="decisions" />
      <p role="status" className="mt-3">
        {known === undefined ? "Counting …" : `${whole(known)} samples are meant.`}{" "}
        {takesAll(wish) && <span className="text-warn">There is no condition: this is all of the curation.</span>}
      </p>
      <Refusal failure={error ? failureOf(error) : null} className="mt-2" />
    </Modal>
  );
}
