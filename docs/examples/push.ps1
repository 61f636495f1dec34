# Pushes one file and prints its receipt: push.ps1 FILE URN.  $env:IEWO_URL is the service, $env:IEWO_KEY the school's key (iewo_...).
# Exit: 0 every row accepted, 3 rows refused, 1 anything else. The same file pushed again is the same feed. PowerShell 5.1 or later.
param([Parameter(Mandatory)][string]$File, [Parameter(Mandatory)][string]$Urn)
$ErrorActionPreference = 'Stop'
try {
    $receipt = Invoke-RestMethod -Method Post -Uri "$env:IEWO_URL/v1/schools/$Urn/feeds" -InFile $File -ContentType 'text/csv' `
        -Headers @{ Authorization = "Bearer $env:IEWO_KEY" } -TimeoutSec 120
} catch {
    [Console]::Error.WriteLine("$($_.ErrorDetails.Message) $($_.Exception.Message)")
    exit 1
}
$receipt | ConvertTo-Json -Depth 5
if ($receipt.refused_rows -gt 0) { exit 3 }
