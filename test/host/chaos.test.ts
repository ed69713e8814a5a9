/**
 * A part of `npm run chaos`: each fault once at one call and throughout a run at another. The calls take turns, so that
 * each of them meets some faults in either way. In addition, what separates a request that was applied from one that was not.
 */
import { type Fault, faults, type Target, targets } from "../logto";
import { useVirtualTime } from "../virtualTime";
import { type Cell, expectNothingLost } from "./chaos";

useVirtualTime();

const calls = Object.keys(targets) as Target[];
const call = (turn: number) => calls[turn % calls.length] ?? "token";

const eachFault = (Object.keys(faults) as Fault[]).flatMap((fault, index): Cell[] => [
  { fault, target: call(index), span: "once" },
  { fault, target: call(index + Math.floor(calls.length / 2)), span: "whole run" },
]);
const lostResponses: Cell[] = [
  { fault: "reset before", target: "create", span: "once" },
  { fault: "reset before", target: "update", span: "once" },
  { fault: "reset after", target: "create", span: "once" },
  { fault: "reset after", target: "update", span: "once" },
  { fault: "reset after", target: "delete", span: "once" },
  { fault: "cut off", target: "create", span: "once" },
  { fault: "502 with HTML", target: "create", span: "once" },
  { fault: "502 with JSON after", target: "create", span: "whole run" },
  { fault: "reset after", target: "create org", span: "once" },
  { fault: "502 with JSON after", target: "create org", span: "whole run" },
  { fault: "503", target: "find org", span: "whole run" },
  { fault: "reset after", target: "set roles", span: "once" },
];

test.each([...eachFault, ...lostResponses])(
  "$fault at $target, $span: nothing is lost, duplicated or orphaned",
  (cell) => expectNothingLost(cell),
);
