import { Link } from "react-router";
import type { RecipeResource } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Empty, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";

interface Props {
  recipes: readonly RecipeResource[] | undefined;
  name: string;
  version: number;
  newest: number;
}

/** The saved recipes; of the open one its versions too. */
export function List({ recipes, name, version, newest }: Props) {
  const { get } = useUrl();
  /** Another recipe, on the documents that are chosen here. */
  const to = (name: string, version?: number) => {
    const search = new URLSearchParams(get("document") ? { document: get("document") } : {});
    if (version) search.set("version", String(version));
    return `/recipes/${encodeURIComponent(name)}?${search.toString()}`;
  };
  if (!recipes) return <Loading what="Looking for recipes" />;
  if (!recipes.length)
    return (
      <Empty title="No recipe yet">
        Choose kinds beside this, or save a file with <code>studio generate DOCUMENT --recipe FILE</code>.
      </Empty>
    );
  return (
    <Card title="Saved recipes" className="self-start">
      <ul className="m-0 flex list-none flex-col gap-1 p-0">
        {recipes.map(({ id, attributes: it }) => (
          <li key={id}>
            <Link
              to={to(it.name)}
              aria-current={it.name === name ? "page" : undefined}
              className={it.name === name ? "font-semibold" : ""}
            >
              {it.name}
            </Link>{" "}
            <span className="text-xs whitespace-nowrap text-soft">
              {it.recipe_version === 1 ? "1 version" : `${whole(it.recipe_version)} versions`}
            </span>
            {it.name === name && newest > 1 && (
              <div className="flex flex-wrap gap-2 text-xs">
                {Array.from({ length: newest }, (_, place) => newest - place).map((one) => (
                  <Link
                    key={one}
                    to={to(name, one)}
                    aria-current={one === version ? "true" : undefined}
                    className={one === version ? "font-semibold" : ""}
                  >
                    version {one}
                  </Link>
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
