using System.Collections;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Works out how a resource is started: which program, where, with which arguments and environment.
/// It is asked again at every start, so callbacks may answer differently.
/// </summary>
internal sealed class LaunchPlanner(
    BuiltOutputs outputs,
    DistributedApplicationExecutionContext executionContext,
    ResourceLoggerService loggers
)
{
    // They say how the AppHost itself was started.
    private static readonly string[] NotInherited =
    [
        "ASPNETCORE_URLS",
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_ENVIRONMENT",
        "DOTNET_LAUNCH_PROFILE",
    ];

    public async Task<LaunchPlan> PlanAsync(IResource resource, ResourceInstance instance, CancellationToken cancellationToken)
    {
        var own = await OwnVariablesAsync(resource, instance, cancellationToken);
        var environment = Inherited();
        var arguments = await ArgumentsAsync(resource, instance, cancellationToken);
        if (resource is ProjectResource project)
        {
            var output = outputs.Find(project);
            var directory = Path.GetDirectoryName(project.GetProjectMetadata().ProjectPath)!;
            var program = Path.ChangeExtension(output, OperatingSystem.IsWindows() ? ".exe" : null);
            if (DotNetHost.Root.Length > 0)
            {
                environment.TryAdd("DOTNET_ROOT", DotNetHost.Root);
            }
            Overlay(environment, own);
            return File.Exists(program)
                ? new LaunchPlan(program, arguments, directory, environment, own.Keys.ToHashSet())
                : new LaunchPlan(DotNetHost.Path, [output, .. arguments], directory, environment, own.Keys.ToHashSet());
        }

        var executable = (ExecutableResource)resource;
        Overlay(environment, own);
        return new LaunchPlan(
            FindProgram(executable, environment),
            arguments,
            executable.WorkingDirectory,
            environment,
            own.Keys.ToHashSet()
        );
    }

    private static Dictionary<string, string> Inherited()
    {
        var environment = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? string.Empty;
        }
        foreach (var name in NotInherited)
        {
            environment.Remove(name);
        }
        return environment;
    }

    private static void Overlay(Dictionary<string, string> environment, Dictionary<string, string> own)
    {
        foreach (var (name, value) in own)
        {
            environment[name] = value;
        }
    }

    /// <summary>Says that a program cannot be found before anything is started, unless where it is found depends on its own environment.</summary>
    /// <exception cref="DistributedApplicationException">There is no such program or no such directory.</exception>
    public static void RefuseMissingProgram(ExecutableResource executable) => FindProgram(executable, Inherited());

    private static string FindProgram(ExecutableResource executable, Dictionary<string, string> environment)
    {
        var command = executable.Command;
        if (!Directory.Exists(executable.WorkingDirectory))
        {
            throw new DistributedApplicationException($"The working directory of '{executable.Name}' does not exist: {executable.WorkingDirectory}");
        }
        if (command.Contains(Path.DirectorySeparatorChar) || command.Contains('/'))
        {
            var path = Path.GetFullPath(command, executable.WorkingDirectory);
            return File.Exists(path) ? path : throw new DistributedApplicationException($"The program of '{executable.Name}' does not exist: {path}");
        }
        if (OperatingSystem.IsWindows())
        {
            return command;
        }
        return environment
                .GetValueOrDefault("PATH", string.Empty)
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(directory => Path.Combine(directory, command))
                .FirstOrDefault(File.Exists)
            ?? throw new DistributedApplicationException($"The program '{command}' of '{executable.Name}' is not on the PATH.");
    }

    private async Task<Dictionary<string, string>> OwnVariablesAsync(IResource resource, ResourceInstance instance, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken)
        {
            Logger = loggers.GetLogger(resource),
        };
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context);
        }
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            if (await ModelValues.ResolveAsync(value, cancellationToken) is { } text)
            {
                variables[name] = InstanceValues.Fill(text, resource, instance);
            }
        }
        return variables;
    }

    private async Task<List<string>> ArgumentsAsync(IResource resource, ResourceInstance instance, CancellationToken cancellationToken)
    {
        var values = new List<object>();
        var context = new CommandLineArgsCallbackContext(values, resource, cancellationToken)
        {
            ExecutionContext = executionContext,
            Logger = loggers.GetLogger(resource),
        };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context);
        }
        var arguments = new List<string>();
        foreach (var value in values)
        {
            if (await ModelValues.ResolveAsync(value, cancellationToken) is { } text)
            {
                arguments.Add(InstanceValues.Fill(text, resource, instance));
            }
        }
        return arguments;
    }
}
