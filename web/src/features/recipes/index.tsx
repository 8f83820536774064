import { Button } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import { useRecipesIndexQuery, useRecipesShowQuery } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";
import { Page } from "@/shared/ui/Page";
import { Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { Editor } from "./Editor";
import { List } from "./List";
import { fieldsOf, START, yamlOf } from "./recipe";

const SKIP = { name: "", version: 0 };

/** Recipes: what batches are made by. Each saved text is a version that never changes. */
export function Component() {
  const { name = "" } = useParams();
  const { get, number } = useUrl();
  const navigate = useNavigate();
  const all = useRecipesIndexQuery({ limit: 500 });
  const newest = all.data?.data.find((one) => one.attributes.name === name)?.attributes.recipe_version;
  const version = number("version") ?? newest ?? 0;
  const found = useRecipesShowQuery(version ? { name, version } : SKIP, {
    skip: !name || !version,
  });
  const shown = found.currentData?.data.attributes;
  const documents = get("document") ? get("document").split(",").map(shell).join(" ") : "DOCUMENT";
  return (
    <Page
      title={name ? `${name}${version ? ` ${version}` : ""}` : "Recipes"}
      lead={
        name ? (
          <Link to="/recipes">A new recipe</Link>
        ) : (
          "Which kinds of samples, how many of each, and who makes them. Each saved text is a version that never changes."
        )
      }
      command={`studio generate ${documents} --recipe ${name || "recipe"}.yaml --preview`}
      actions={name && <Button onClick={() => void navigate("/recipes")}>New recipe</Button>}
    >
      {all.error && <Failure error={all.error} retry={() => void all.refetch()} />}
      <div className="grid gap-4 lg:grid-cols-[16rem_minmax(0,1fr)]">
        <List recipes={all.data?.data} name={name} version={version} newest={newest ?? 0} />
        {!name && <Editor key="new" fields={START} source={yamlOf(START)} saved={null} />}
        {name && found.error && <Failure error={found.error} retry={() => void found.refetch()} />}
        {name && all.data && !version && !found.error && (
          <p className="text-soft">
            There is no recipe {name}. <Link to="/recipes">Write a new one.</Link>
          </p>
        )}
        {name && version > 0 && !shown && !found.error && <Loading what="Reading the recipe" />}
        {name && shown && (
          <Editor
            key={`${name}@${version}`}
            fields={fieldsOf(shown.recipe ?? {})}
            source={shown.source ?? ""}
            saved={{ name, version }}
          />
        )}
      </div>
    </Page>
  );
}
