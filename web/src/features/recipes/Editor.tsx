import { zodResolver } from "@hookform/resolvers/zod";
import { App } from "antd";
import { useEffect, useState } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { useNavigate } from "react-router";
import { useRecipesSaveMutation } from "@/shared/api";
import { failureOf, type Failure } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { Code } from "@/shared/ui/Code";
import { Card } from "@/shared/ui/Page";
import { Refusal } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { RecipeForm } from "./RecipeForm";
import { fieldOf, schema, START, yamlOf, type Fields } from "./recipe";
import { Trial } from "./Trial";

interface Props {
  /** Null where the form cannot show all of it. */
  fields: Fields | null;
  source: string;
  /** Of the source; null before it was saved. */
  saved: { name: string; version: number } | null;
}

/** A recipe as a form and as its text: the form writes the text; what is written by hand stands until it is saved. */
export function Editor({ fields, source, saved }: Props) {
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { get } = useUrl();
  const [text, setText] = useState(source);
  const [byHand, setByHand] = useState(fields === null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [save, saving] = useRecipesSaveMutation();
  const form = useForm<Fields>({
    resolver: zodResolver(schema),
    defaultValues: fields ?? START,
    mode: "onTouched",
  });
  const { setError, trigger } = form;
  useEffect(() => {
    if (byHand) return;
    const { unsubscribe } = form.watch((now) => setText(yamlOf(now as Fields)));
    return unsubscribe;
  }, [form, byHand]);
  const refused = (error: unknown) => {
    const said = failureOf(error);
    const field = fieldOf(said.field);
    if (field && !byHand) setError(field, { message: said.message });
    setFailure(said);
  };
  const keep = async () => {
    setFailure(null);
    if (!byHand && !(await trigger())) return;
    try {
      const { attributes: it } = (await save({ newRecipe: { source: text } }).unwrap()).data;
      void message.success(`Saved as version ${it.recipe_version} of ${it.name}.`);
      const search = new URLSearchParams(get("document") ? { document: get("document") } : {});
      search.set("version", String(it.recipe_version));
      void navigate(`/recipes/${encodeURIComponent(it.name)}?${search.toString()}`);
    } catch (error) {
      refused(error);
    }
  };
  return (
    <FormProvider {...form}>
      <div className="flex min-w-0 flex-col gap-4">
        <div className="grid gap-4 xl:grid-cols-2">
          <Card title="Recipe">
            {byHand ? (
              <p className="text-soft">
                {fields
                  ? "The text was changed by hand: save it, and the form shows it again."
                  : "This recipe says of single kinds what the form says of all: change its text."}
              </p>
            ) : (
              <RecipeForm onSubmit={() => void keep()} />
            )}
          </Card>
          <Card title="As YAML" className="flex flex-col gap-3">
            <Code
              value={text}
              label="Recipe in YAML"
              language="plaintext"
              height={320}
              onChange={(next) => {
                if (next === text) return;
                setByHand(true);
                setText(next);
              }}
            />
            <Refusal failure={failure} />
            <div>
              <Action type="primary" needs="batches:write" loading={saving.isLoading} onClick={() => void keep()}>
                Save as a version
              </Action>
            </div>
          </Card>
        </div>
        <Trial
          source={text}
          saved={text === source ? saved : null}
          ready={async () => byHand || trigger()}
          onRefused={refused}
        />
      </div>
    </FormProvider>
  );
}
