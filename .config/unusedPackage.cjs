"use strict";
// What jestResolver.cjs puts in the place of packages that no test uses.
