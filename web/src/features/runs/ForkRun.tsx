import { App, Input, InputNumber, Modal } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useTrainingForkMutation } from "@/shared/api";
import { failureOf, type Failure } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { CopyCommand } from "@/shared/ui/CopyCommand";
import { Field } from "@/shared/ui/Field";
import { keysOfForm } from "@/shared/ui/newKey";
import { Refusal } from "@/shared/ui/states";
import { forkCommand, whyNoFork } from "./control";
import { faultOf } from "./newRun";
import { nameOf, settings, type Run } from "./runs";

/** Starts a run that shares the steps up to one of this run. last: the last step of GRPO, 0 before the first. */
export function ForkRun({ run, last }: { run: Run; last: number }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Action needs="runs:write" blocked={whyNoFork(last)} onClick={() => setOpen(true)}>
        Fork
      </Action>
      {open && <Form run={run} last={last} close={() => setOpen(false)} />}
    </>
  );
}

function Form({ run, last, close }: { run: Run; last: number; close: () => void }) {
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [keyFor] = useState(keysOfForm);
  const [step, setStep] = useState(last);
  const [model, setModel] = useState("");
  const [config, setConfig] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [fork, { isLoading }] = useTrainingForkMutation();
  const fault = faultOf(config);
  const ofStep = failure?.field === "step" ? `${failure.message} ${failure.remedy ?? ""}` : "";
  const ofConfig = failure?.field?.startsWith("config") ? `${failure.field}: ${failure.message}` : "";
  const start = async () => {
    setFailure(null);
    if (fault) return;
    const newFork = {
      step,
      config: JSON.parse(config.trim() || "{}") as Record<string, unknown>,
      ...(model.trim() && { model_name: model.trim() }),
    };
    try {
      const made = await fork({ id: run.id, "idempotency-key": keyFor(newFork), newFork }).unwrap();
      void message.success("The fork waits for a trainer.");
      close();
      void navigate(`/runs/${made.data.id}`);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <Modal
      open
      title={`Fork ${nameOf(run)}`}
      okText="Start the fork"
      confirmLoading={isLoading}
      onOk={() => void start()}
      onCancel={close}
    >
      <p className="mb-3">A new run that shares the steps up to this one, and goes on with its own settings.</p>
      <div className="flex flex-col gap-3">
        <Field
          name="step"
          label="Shares the steps up to"
          hint={`Up to ${last}; 0 is the warm start only.`}
          error={ofStep}
        >
          <InputNumber id="step" min={0} max={last} precision={0} value={step} onChange={(to) => setStep(to ?? last)} />
        </Field>
        <Field name="model" label="Model name" hint="Empty: as in this run.">
          <Input id="model" value={model} autoComplete="off" onChange={(event) => setModel(event.target.value)} />
        </Field>
        <Field
          name="settings"
          label="Settings that differ (JSON)"
          hint="grpo.steps counts from the beginning of this run."
          error={fault || ofConfig}
        >
          <Input.TextArea
            id="settings"
            rows={4}
            className="font-mono!"
            value={config}
            placeholder='{"grpo": {"learning_rate": 0.0001}}'
            onChange={(event) => setConfig(event.target.value)}
          />
        </Field>
        <CopyCommand command={forkCommand(run.id, step, settings(config), model.trim())} />
        <Refusal failure={ofConfig || ofStep ? null : failure} />
      </div>
    </Modal>
  );
}
