# Pushes one file and prints its receipt: push.ps1 FILE URN [whole=true].  $env:IEWO_URL: the service, $env:IEWO_KEY: the school's key.
# Exit: 0 every row accepted, 3 rows or the file refused, 6 a whole roll waits for a yes, 1 anything else. Sent again it is the same feed.
# Read line by line against the reference of Windows PowerShell 5.1 and PowerShell 7, and never run: there was none where it was written.
param([Parameter(Mandatory)][string]$File, [Parameter(Mandatory)][string]$Urn, [string]$Query = '')
$ErrorActionPreference = 'Stop'
try {
    if (-not ($env:IEWO_URL -and $env:IEWO_KEY)) { throw 'set IEWO_URL and IEWO_KEY' }
    if (-not (Test-Path -LiteralPath $File -PathType Leaf)) { throw "$File is not a file that can be read" }
    $receipt = Invoke-RestMethod -Method Post -Uri "$env:IEWO_URL/v1/schools/$Urn/feeds?$Query" -InFile $File -ContentType 'text/csv' `
        -Headers @{ Authorization = "Bearer $env:IEWO_KEY" } -TimeoutSec 120
} catch {
    [Console]::Error.WriteLine("$($_.ErrorDetails.Message) $($_.Exception.Message)".Trim())
    if (413, 422 -contains [int]$_.Exception.Response.StatusCode) { exit 3 } else { exit 1 } }
$receipt | ConvertTo-Json -Depth 5
if ($receipt.refused_rows -gt 0) { exit 3 } elseif ($receipt.state -eq 'waiting for a yes') { exit 6 }
