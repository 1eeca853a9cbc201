namespace Grpc.Core;

/// <summary>The gRPC release these contracts belong to.</summary>
public static class VersionInfo
{
    /// <summary>Version of the assembly, which changes only when compatibility ends.</summary>
    public const string CurrentAssemblyVersion = "2.0.0.0";

    /// <summary>Version of the assembly's file.</summary>
    public const string CurrentAssemblyFileVersion = "2.85.0.0";

    /// <summary>Version of the release.</summary>
    public const string CurrentVersion = "2.85.0";
}
