import { zodResolver } from "@hookform/resolvers/zod";
import { Button, Input } from "antd";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod/mini";
import { failureOf, type Failure } from "@/shared/api/failure";
import { session, sessionOf } from "@/shared/api/session";
import { FormField } from "./Field";
import { Refusal } from "./states";

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
      <FormField control={control} name="email" label="E-mail">
        {(field) => <Input {...field} type="email" autoComplete="username" autoFocus={!email} />}
      </FormField>
      <FormField control={control} name="password" label="Password">
        {(field) => <Input {...field} type="password" autoComplete="current-password" autoFocus={!!email} />}
      </FormField>
      <Refusal failure={failure} />
      <Button type="primary" htmlType="submit" loading={formState.isSubmitting}>
        Sign in
      </Button>
    </form>
  );
}
