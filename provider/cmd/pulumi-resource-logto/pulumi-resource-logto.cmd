@echo off
where node >nul 2>nul
if errorlevel 1 (
  echo The Pulumi plugin logto needs Node.js 20.19 or newer on PATH, and found none: https://nodejs.org 1>&2
  exit /b 1
)
node "%~dp0pulumi-resource-logto.cjs" %*
