// npm run reference: writes the files in docs that are derived from the fields' data and the comments that editors show.
import { writeFileSync } from "node:fs";
import { customerSchema, customerSchemaFile } from "./customerSchema";
import { reference, referenceFile } from "./reference";

void Promise.all([reference(), customerSchema()]).then(([page, schema]) => {
  writeFileSync(referenceFile, page);
  writeFileSync(customerSchemaFile, schema);
});
