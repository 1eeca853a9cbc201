namespace Aspire.Hosting.Orchestration;

/// <summary>Everything needed to start a process. The environment is complete: nothing else is inherited.</summary>
internal sealed record LaunchPlan(
    string FileName,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlySet<string> OwnVariables
);
