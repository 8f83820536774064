import { App, Input, Modal } from "antd";
import { useState } from "react";
import { useTrainingAdjustMutation, useTrainingAdjustmentsQuery } from "@/shared/api";
import { failureOf, type Failure } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { CopyCommand } from "@/shared/ui/CopyCommand";
import { Field } from "@/shared/ui/Field";
import { Reason } from "@/shared/ui/Reason";
import { Refusal } from "@/shared/ui/states";
import { adjustCommand, CHANGES, changesOf, settingNow, whyEnded, type Change, type Texts } from "./control";
import { nameOf, type Run } from "./runs";

/** Changes settings of a run while it trains. */
export function AdjustRun({ run }: { run: Run }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Action needs="runs:write" blocked={whyEnded(run.attributes)} onClick={() => setOpen(true)}>
        Adjust
      </Action>
      {open && <Form run={run} close={() => setOpen(false)} />}
    </>
  );
}

function Form({ run, close }: { run: Run; close: () => void }) {
  const { message } = App.useApp();
  const [texts, setTexts] = useState<Texts>({});
  const [reason, setReason] = useState("");
  const [faults, setFaults] = useState<Texts>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const [adjust, { isLoading }] = useTrainingAdjustMutation();
  const before = useTrainingAdjustmentsQuery({ id: run.id }).data?.data.map((one) => one.attributes) ?? [];
  const hint = (name: Change, text: string): string => {
    const now = settingNow(name, run.attributes.config ?? {}, before);
    return now === null ? text : `${text} Now ${now}.`;
  };
  const save = async () => {
    const { changes, faults: wrong } = changesOf(texts);
    setFaults(wrong);
    setFailure(null);
    if (Object.keys(wrong).length) return;
    try {
      await adjust({ id: run.id, newAdjustment: { changes, reason: reason.trim() } }).unwrap();
      void message.success("The trainer takes it at its next step.");
      close();
    } catch (error) {
      const said = failureOf(error);
      const name = CHANGES.find((one) => said.field === `changes.${one.name}`)?.name;
      if (name) setFaults({ [name]: `${said.message} ${said.remedy ?? ""}` });
      else setFailure(said);
    }
  };
  return (
    <Modal
      open
      title={`Change settings of ${nameOf(run)}`}
      okText="Change"
      confirmLoading={isLoading}
      onOk={() => void save()}
      onCancel={close}
    >
      <p className="mb-3">They hold from the next step on. What stays empty stays as it is.</p>
      <div className="flex flex-col gap-3">
        {CHANGES.map(({ name, label, hint: text }) => (
          <Field key={name} name={name} label={label} hint={hint(name, text)} error={faults[name]}>
            <Input
              id={name}
              inputMode="decimal"
              autoComplete="off"
              value={texts[name] ?? ""}
              aria-invalid={!!faults[name]}
              onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
            />
          </Field>
        ))}
        <Reason keptWith="run" value={reason} onChange={setReason} />
        <CopyCommand command={adjustCommand(run.id, texts)} />
        <Refusal failure={failure} />
      </div>
    </Modal>
  );
}
