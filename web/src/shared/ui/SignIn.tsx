import { zodResolver } from "@hookform/resolvers/zod";
import { Button, Input } from "antd";
import { useState, type ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import { z } from "zod/mini";
import { failureOf, type Failure } from "@/shared/api/failure";
import { session, sessionOf } from "@/shared/api/session";

const schema = z.object({
  email: z.email("Write the e-mail address of your login."),
  password: z.string().check(z.minLength(1, "Write your password.")),
});
type Fields = z.infer<typeof schema>;

/** Asks for a login and keeps the session. `email` is filled in for somebody who signs in again. */
export function SignIn({ email = "" }: { email?: string }) {
  const { control, handleSubmit, formState } = useForm<Fields>({
    resolver: zodResolver(schema),
    defaultValues: { email, password: "" },
  });
  const [failure, setFailure] = useState<Failure | null>(null);
  const submit = async (fields: Fields) => {
    setFailure(null);
    try {
      const answer = await fetch("/api/v1/auth/login", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(fields),
      });
      const body: unknown = await answer.json().catch(() => null);
      if (answer.ok) session.set(sessionOf(body));
      else setFailure(failureOf({ status: answer.status, data: body }));
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <form noValidate className="flex flex-col gap-3" onSubmit={(event) => void handleSubmit(submit)(event)}>
      <Field name="email" label="E-mail" error={formState.errors.email?.message}>
        <Controller
          name="email"
          control={control}
          render={({ field }) => <Input {...field} id="email" type="email" autoComplete="username" autoFocus={!email} />}
        />
      </Field>
      <Field name="password" label="Password" error={formState.errors.password?.message}>
        <Controller
          name="password"
          control={control}
          render={({ field }) => (
            <Input {...field} id="password" type="password" autoComplete="current-password" autoFocus={!!email} />
          )}
        />
      </Field>
      {failure && (
        <p role="alert" className="text-bad">
          {failure.message} {failure.remedy}
        </p>
      )}
      <Button type="primary" htmlType="submit" loading={formState.isSubmitting}>
        Sign in
      </Button>
    </form>
  );
}

/** A labelled field with its error below. */
export function Field(props: FieldProps) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={props.name} className="font-medium">
        {props.label}
      </label>
      {props.children}
      {props.hint && <p className="text-xs text-soft">{props.hint}</p>}
      {props.error && (
        <p role="alert" className="text-xs text-bad">
          {props.error}
        </p>
      )}
    </div>
  );
}

interface FieldProps {
  name: string;
  label: string;
  error?: string;
  hint?: string;
  children: ReactNode;
}
