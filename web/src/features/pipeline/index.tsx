import { usePipelineShowQuery } from "@/shared/api";
import { Page } from "@/shared/ui/Page";
import { Failure, Loading } from "@/shared/ui/states";
import { Alerts } from "./Alerts";
import { Consumers } from "./Consumers";
import { Graph } from "./Graph";
import { Jobs } from "./Jobs";
import { Start } from "./Start";
import { boxesOf, isFresh } from "./stages";

/** The whole flow at a glance. */
export function Component() {
  const { data, error, refetch } = usePipelineShowQuery({});
  const pipeline = data?.data.attributes;
  return (
    <Page title="Pipeline" lead="From documents to a deployed agent, and how each stage does." command="studio status">
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!pipeline && !error && <Loading />}
      {pipeline && (
        <>
          {isFresh(pipeline) && <Start />}
          <Graph boxes={boxesOf(pipeline)} />
          <Alerts alerts={pipeline.alerts} />
          <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <div className="flex min-w-0 flex-col gap-4">
              <Jobs />
            </div>
            <Consumers consumers={pipeline.consumers} outbox={pipeline.outbox} />
          </div>
        </>
      )}
    </Page>
  );
}
