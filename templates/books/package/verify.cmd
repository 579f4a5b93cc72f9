@echo off
chcp 65001 >nul
cd /d "%~dp0"
powershell -NoProfile -ExecutionPolicy Bypass -Command "$bad=0; Get-Content -Encoding UTF8 '{{ manifest }}' | ForEach-Object { if ($_.Length -lt 67) { return }; $want=$_.Substring(0,64); $name=$_.Substring(66); if (-not (Test-Path -LiteralPath $name)) { $bad++; Write-Host ('MISSING  '+$name) } else { $got=(Get-FileHash -Algorithm SHA256 -LiteralPath $name).Hash.ToLower(); if ($got -eq $want) { Write-Host ('OK       '+$name) } else { $bad++; Write-Host ('CHANGED  '+$name) } } }; if ($bad) { Write-Host ('!! '+$bad) } else { Write-Host 'ALL OK' }"
pause
