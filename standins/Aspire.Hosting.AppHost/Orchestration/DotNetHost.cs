using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration;

/// <summary>The installation of .NET that runs this process; the projects are run by the same one.</summary>
internal static class DotNetHost
{
    /// <summary>The folder of the installation; empty when the AppHost brings its own runtime.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The <c>dotnet</c> program, by its full path where that is known.</summary>
    public static string Path { get; } = Root.Length > 0 ? System.IO.Path.Combine(Root, ProgramName) : "dotnet";

    private static string ProgramName => OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    private static string FindRoot()
    {
        // {root}/shared/Microsoft.NETCore.App/{version}/
        var root = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return File.Exists(System.IO.Path.Combine(root, ProgramName)) ? root : string.Empty;
    }
}
