using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace KvStore.AppHost;

/// <summary>What the demo is asked for on its command line. Every refusal names the option and what it may be.</summary>
internal sealed record DemoOptions
{
    private const int NodesByDefault = 5;
    private const int SparesByDefault = 3;
    private const int ReplicationByDefault = 3;
    private const int FirstHttpPort = 8001;
    private const int FirstGrpcPort = 9001;
    private const int FirstRedisPort = 6381;
    private const int DemoWebPort = 8080;

    private static readonly string[] Own = ["nodes", "spares", "replication", "data", "ephemeral", "ports", "no-dashboard"];

    private static readonly string[] StandAlone = ["--ephemeral", "--no-dashboard"];

    // Read by Aspire and by the .NET host.
    private static readonly string[] Others = ["operation", "publisher", "output-path", "step", "log-level", "environment", "contentRoot"];

    public required int Nodes { get; init; }

    /// <summary>Nodes that join when somebody starts them, with the numbers after <see cref="Nodes"/>.</summary>
    public required int Spares { get; init; }

    /// <summary>1 to <see cref="Nodes"/>.</summary>
    public required int Replication { get; init; }

    /// <summary>Full path of the directory that holds one for each node; null for the one of this clone.</summary>
    public required string? Data { get; init; }

    /// <summary>Data is thrown away when the demo ends.</summary>
    public required bool IsEphemeral { get; init; }

    /// <summary>No dashboard is started.</summary>
    public required bool HasNoDashboard { get; init; }

    /// <summary>Any free ports instead of the documented ones, so that clusters can run side by side.</summary>
    public required bool HasFreePorts { get; init; }

    /// <summary>Of the first node; those of the others follow. Null for any free ones.</summary>
    public int? HttpPort => HasFreePorts ? null : FirstHttpPort;

    /// <summary>As <see cref="HttpPort"/>.</summary>
    public int? GrpcPort => HasFreePorts ? null : FirstGrpcPort;

    /// <summary>As <see cref="HttpPort"/>.</summary>
    public int? RedisPort => HasFreePorts ? null : FirstRedisPort;

    public int? WebPort => HasFreePorts ? null : DemoWebPort;

    /// <summary>For Aspire: the dashboard takes free ports too.</summary>
    public string[] HostArguments => HasFreePorts ? ["--DcpPublisher:RandomizePorts=true"] : [];

    public static bool TryRead(string[] args, [NotNullWhen(true)] out DemoOptions? options, [NotNullWhen(false)] out string? refusal)
    {
        options = null;
        refusal = RefuseUnknown(args) ?? RefuseWithoutValue(args);
        if (refusal is not null)
        {
            return false;
        }

        var given = new ConfigurationBuilder().AddCommandLine([.. args.Select(WithValue)]).Build();
        if (!TryNumber(given, "nodes", NodesByDefault, 1, KvStoreResource.NodesMax, out var nodes, out refusal)
            || !TryNumber(given, "spares", SparesByDefault, 0, KvStoreResource.SpareNodesMax, out var spares, out refusal))
        {
            return false;
        }
        if (!TryNumber(given, "replication", Math.Min(ReplicationByDefault, nodes), 1, nodes, out var replication, out refusal))
        {
            refusal += replication > nodes ? $" There are {nodes} nodes." : "";
            return false;
        }
        var ports = given["ports"] ?? "fixed";
        var isEphemeral = given["ephemeral"] ?? "false";
        var hasNoDashboard = given["no-dashboard"] ?? "false";
        refusal =
            ports is not ("fixed" or "free") ? $"--ports must be 'fixed' or 'free', not '{ports}'."
            : !bool.TryParse(isEphemeral, out _) ? $"--ephemeral must be 'true' or 'false' or stand alone, not '{isEphemeral}'."
            : !bool.TryParse(hasNoDashboard, out _) ? $"--no-dashboard must be 'true' or 'false' or stand alone, not '{hasNoDashboard}'."
            : given["data"]?.Length == 0 ? "--data must be a directory, not empty."
            : given["data"] is not null && bool.Parse(isEphemeral) ? "--data and --ephemeral exclude each other: what is ephemeral is not kept."
            : null;
        if (refusal is not null)
        {
            return false;
        }

        options = new DemoOptions
        {
            Nodes = nodes,
            Spares = spares,
            Replication = replication,
            Data = given["data"] is { } directory ? Path.GetFullPath(directory) : null,
            IsEphemeral = bool.Parse(isEphemeral),
            HasFreePorts = ports == "free",
            HasNoDashboard = bool.Parse(hasNoDashboard),
        };
        return true;
    }

    /// <summary>An option may stand alone, but configuration wants a value.</summary>
    private static string WithValue(string argument, int index) => StandAlone.Contains(argument) ? $"{argument}=true" : argument;

    private static bool TryNumber(
        IConfiguration given,
        string option,
        int byDefault,
        int min,
        int max,
        out int number,
        [NotNullWhen(false)] out string? refusal
    )
    {
        var text = given[option];
        number = byDefault;
        var isValid =
            text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max);
        refusal = isValid ? null : $"--{option} must be a whole number from {min} to {max}, not '{text}'.";
        return isValid;
    }

    /// <summary>Configuration passes over an option without a value, and takes the next option for one.</summary>
    private static string? RefuseWithoutValue(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var hasValue = i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal);
            if (!hasValue && !StandAlone.Contains(args[i]) && Own.Any(name => args[i] == $"--{name}"))
            {
                return $"{args[i]} needs a value.";
            }
        }
        return null;
    }

    /// <summary>A misspelt option would otherwise be ignored. Keys with a colon are configuration of anybody's.</summary>
    private static string? RefuseUnknown(string[] args)
    {
        var unknown = args.Where(argument => argument.StartsWith("--", StringComparison.Ordinal))
            .Select(argument => argument[2..].Split('=')[0])
            .FirstOrDefault(name =>
                !name.Contains(':', StringComparison.Ordinal) && !Own.Concat(Others).Contains(name, StringComparer.OrdinalIgnoreCase)
            );
        return unknown is null ? null : $"--{unknown} is not an option. There are: {string.Join(", ", Own.Select(name => $"--{name}"))}.";
    }
}
