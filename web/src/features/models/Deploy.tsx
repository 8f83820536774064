import { zodResolver } from "@hookform/resolvers/zod";
import { App, Input, InputNumber, Modal, Segmented } from "antd";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useNavigate } from "react-router";
import { useDeploymentsStartMutation, type DeploymentResource, type ModelAttributes } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { CopyCommand } from "@/shared/ui/CopyCommand";
import { FormField } from "@/shared/ui/Field";
import { keysOfForm } from "@/shared/ui/newKey";
import { useMay } from "@/shared/ui/permissions";
import { bodyOf, command, DEFAULTS, fieldOf, schema, type Fields } from "./deploy";

interface Props {
  model: ModelAttributes;
  version: string;
  deployments: readonly DeploymentResource[];
  close: () => void;
}

const NUMBERS = [
  { name: "weight", label: "Share of the calls", hint: "What the canary gets.", step: 0.05 },
  { name: "margin", label: "Margin", hint: "By how much its mean score may be lower without harm.", step: 0.01 },
  { name: "confidence", label: "Confidence", hint: "Of the verdict, however often it is looked at.", step: 0.01 },
  { name: "minimum_calls", label: "Judged calls before a promotion", hint: "In each arm.", step: 10 },
  { name: "maximum_calls", label: "Calls at most", hint: "Undecided by then, a person decides.", step: 100 },
] as const;

/** Puts a version on trial. What was written stays when the studio says no. */
export function Deploy({ model, version, deployments, close }: Props) {
  const navigate = useNavigate();
  const { message } = App.useApp();
  const may = useMay("deployments:write");
  const [keyFor] = useState(keysOfForm);
  const [start] = useDeploymentsStartMutation();
  const own = deployments.filter((one) => one.attributes.model === model.name).map((one) => one.id);
  const { control, handleSubmit, setError, formState } = useForm<Fields>({
    resolver: zodResolver(schema),
    defaultValues: { name: own[0] ?? model.name, ...DEFAULTS },
  });
  const now = useWatch({ control });
  const known = deployments.find((one) => one.id === now.name?.trim())?.attributes;
  const submit = async (fields: Fields) => {
    try {
      const body = bodyOf(model.name, version, fields);
      await start({ newDeployment: body, "idempotency-key": keyFor(body) }).unwrap();
      void message.success(`${model.name}@${version} goes to ${fields.name}.`);
      void navigate(`/deployments/${encodeURIComponent(fields.name)}`);
    } catch (error) {
      const failure = failureOf(error);
      setError(fieldOf(failure.field) ?? "root", { message: `${failure.message} ${failure.remedy ?? ""}` });
    }
  };
  return (
    <Modal
      open
      title={`Deploy ${model.name}@${version}`}
      okText="Deploy"
      okButtonProps={{ disabled: !!may, title: may || undefined }}
      confirmLoading={formState.isSubmitting}
      onOk={() => void handleSubmit(submit)()}
      onCancel={close}
    >
      <form noValidate className="flex flex-col gap-3" onSubmit={(event) => void handleSubmit(submit)(event)}>
        <FormField control={control} name="name" label="Deployment" hint={what(known)}>
          {(field) => <Input {...field} list="deployments" placeholder="support" autoComplete="off" />}
        </FormField>
        <datalist id="deployments">
          {own.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <FormField
          control={control}
          name="strategy"
          label="Strategy"
          hint={
            now.strategy === "canary"
              ? "On trial with a share of the calls; a verdict promotes it or rolls it back."
              : "Ready beside the stable one without calls, until somebody promotes it."
          }
        >
          {(field) => (
            <Segmented
              {...field}
              block
              aria-label="Strategy"
              options={[
                { label: "Canary", value: "canary" },
                { label: "Blue-green", value: "blue_green" },
              ]}
            />
          )}
        </FormField>
        <div className="grid gap-3 sm:grid-cols-2">
          {NUMBERS.filter(({ name }) => name !== "weight" || now.strategy === "canary").map(({ step, ...one }) => (
            <FormField key={one.name} control={control} {...one}>
              {(field) => <InputNumber {...field} className="w-full!" step={step} />}
            </FormField>
          ))}
        </div>
        {formState.errors.root && (
          <p role="alert" className="text-bad">
            {formState.errors.root.message}
          </p>
        )}
        <CopyCommand command={command(model.name, version, now)} />
        <button type="submit" className="sr-only" tabIndex={-1}>
          Deploy
        </button>
      </form>
    </Modal>
  );
}

function what(known: DeploymentResource["attributes"] | undefined): string {
  if (!known) return "A new one: this version serves at once, without a trial.";
  if (known.candidate_version) return `${known.candidate_version} is on trial there; promote it or roll it back first.`;
  return `It serves ${known.stable_version} now; this version goes on trial against it.`;
}
