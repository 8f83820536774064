import { App, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useEventsIndexQuery, useModelsMoveMutation, useModelsRollBackMutation } from "@/shared/api";
import type { ModelAttributes } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { Card } from "@/shared/ui/Page";
import { Rows } from "@/shared/ui/Rows";
import { Time } from "@/shared/ui/Time";
import { beforeOf, movesOf, newestFirst } from "./models";

const NAME = /^[\w.-]{1,100}$/;

/** Names that point at versions: moved by hand, back by one step, with every move that was made. */
export function Aliases({ model }: { model: ModelAttributes }) {
  const { modal, message } = App.useApp();
  const [alias, setAlias] = useState("production");
  const [version, setVersion] = useState<string>();
  const [failed, setFailed] = useState("");
  const [move, moving] = useModelsMoveMutation();
  const [back] = useModelsRollBackMutation();
  const log = useEventsIndexQuery({ topic: "studio.models", type: "AliasMoved", subject: model.name, limit: 50 });
  const { refetch } = log;
  useEffect(() => void refetch(), [model.revision, refetch]);
  const moves = movesOf(log.data?.data ?? []);
  const aliases = Object.entries(model.aliases ?? {});
  const ifMatch = `"${model.revision}"`;

  const change = async (act: () => Promise<unknown>, done: string) => {
    setFailed("");
    try {
      await act();
      void message.success(done);
    } catch (error) {
      const failure = failureOf(error);
      setFailed(`${failure.message} ${failure.remedy ?? ""}`);
    }
  };
  const confirm = (name: string, from: string | undefined, to: string, act: () => Promise<unknown>) =>
    modal.confirm({
      title: `Point ${name} at ${to}?`,
      content: from ? `It points at ${from} now.` : "It is a new alias.",
      okText: `Point at ${to}`,
      onOk: () => change(act, `${name} points at ${to}.`),
    });
  const ask = () => {
    const name = alias.trim();
    if (!NAME.test(name)) return setFailed("An alias is made of letters, digits, dots, dashes and underscores.");
    if (!version) return setFailed("Choose the version that it is to point at.");
    return void confirm(name, model.aliases?.[name], version, () =>
      move({ name: model.name, alias: name, move: { version }, "if-match": ifMatch }).unwrap(),
    );
  };
  return (
    <Card title="Aliases">
      <div className="grid gap-6 lg:grid-cols-2">
        <div className="flex flex-col gap-3">
          {aliases.length ? (
            <Rows
              label="Aliases"
              rows={aliases}
              keyOf={([name]) => name}
              columns={[
                { title: "Alias", head: true, cell: ([name]) => <span className="font-medium">{name}</span> },
                { title: "Points at", cell: ([, at]) => at },
                {
                  title: "Before",
                  cell: ([name]) => beforeOf(moves, name) || <span className="text-soft">nothing</span>,
                },
                {
                  title: <span className="sr-only">Actions</span>,
                  right: true,
                  cell: ([name, at]) => {
                    const before = beforeOf(moves, name);
                    return (
                      <Action
                        size="small"
                        needs="models:write"
                        blocked={log.data && !before && "It never pointed anywhere else."}
                        onClick={() =>
                          confirm(name, at, before, () =>
                            back({ name: model.name, body: { alias: name }, "if-match": ifMatch }).unwrap(),
                          )
                        }
                      >
                        Roll back{before && ` to ${before}`}
                      </Action>
                    );
                  },
                },
              ]}
            />
          ) : (
            <p className="text-soft">No alias yet. Clients can ask for a version by an alias and never change.</p>
          )}
          <form
            className="flex flex-wrap items-end gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              ask();
            }}
          >
            <label className="flex flex-col gap-1">
              <span className="font-medium">Alias</span>
              <Input
                className="w-40!"
                value={alias}
                maxLength={100}
                onChange={(event) => setAlias(event.target.value)}
              />
            </label>
            <div className="flex flex-col gap-1">
              <label htmlFor="alias-version" className="font-medium">
                points at
              </label>
              <Select
                id="alias-version"
                className="w-32"
                placeholder="version"
                value={version}
                onChange={setVersion}
                options={newestFirst(model).map((one) => ({ value: one.version, label: one.version }))}
              />
            </div>
            <Action htmlType="submit" needs="models:write" loading={moving.isLoading}>
              Move alias
            </Action>
          </form>
          {failed && (
            <p role="alert" className="text-bad">
              {failed}
            </p>
          )}
        </div>
        <div>
          <h3 className="mb-2">Every move</h3>
          {moves.length ? (
            <ol className="flex max-h-60 flex-col gap-1.5 overflow-y-auto" tabIndex={0} aria-label="Moves of aliases">
              {moves.map((one) => (
                <li key={one.id} className="flex flex-wrap justify-between gap-x-3">
                  <span>
                    <span className="font-medium">{one.alias}</span> {one.from || "new"} → {one.to}
                  </span>
                  <span className="text-xs text-soft">
                    {one.author && `${one.author}, `}
                    <Time at={one.at} />
                  </span>
                </li>
              ))}
            </ol>
          ) : (
            <p className="text-soft">{log.isLoading ? "Reading …" : "None yet."}</p>
          )}
        </div>
      </div>
    </Card>
  );
}
