using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>The manifest entries of the resources that this library has.</summary>
internal static class ManifestEntries
{
    public static async Task WriteProjectAsync(ManifestPublishingContext context, ProjectResource project)
    {
        context.Writer.WriteString("type", "project.v0");
        context.Writer.WriteString("path", context.GetManifestRelativePath(project.GetProjectMetadata().ProjectPath));
        await WriteArgumentsAsync(context, project);
        await WriteEnvironmentAsync(context, project);
        ManifestBindings.Write(context, project);
    }

    public static async Task WriteExecutableAsync(ManifestPublishingContext context, ExecutableResource executable)
    {
        context.Writer.WriteString("type", "executable.v0");
        context.Writer.WriteString("workingDirectory", context.GetManifestRelativePath(executable.WorkingDirectory));
        context.Writer.WriteString("command", executable.Command);
        await WriteArgumentsAsync(context, executable);
        await WriteEnvironmentAsync(context, executable);
        ManifestBindings.Write(context, executable);
    }

    public static void WriteParameter(ManifestPublishingContext context, ParameterResource parameter)
    {
        var writer = context.Writer;
        writer.WriteString("type", "parameter.v0");
        context.WriteConnectionString(parameter);
        writer.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        writer.WriteStartObject("inputs");
        writer.WriteStartObject("value");
        writer.WriteString("type", "string");
        if (parameter.Secret)
        {
            writer.WriteBoolean("secret", true);
        }
        if (parameter.Default is { } fallback)
        {
            writer.WriteStartObject("default");
            fallback.WriteToManifest(context);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteConnectionString(ManifestPublishingContext context, ReferenceExpression expression)
    {
        context.Writer.WriteString("type", "value.v0");
        context.Writer.WriteString("connectionString", expression.ValueExpression);
    }

    public static async Task WriteEnvironmentAsync(ManifestPublishingContext context, IResource resource)
    {
        if (!resource.TryGetEnvironmentVariables(out var annotations))
        {
            return;
        }
        var environment = new EnvironmentCallbackContext(context.ExecutionContext, resource, cancellationToken: context.CancellationToken);
        foreach (var annotation in annotations)
        {
            await annotation.Callback(environment);
        }
        if (environment.EnvironmentVariables.Count == 0)
        {
            return;
        }
        context.Writer.WriteStartObject("env");
        foreach (var (name, value) in environment.EnvironmentVariables)
        {
            context.Writer.WriteString(name, Express(value));
        }
        context.Writer.WriteEndObject();
    }

    public static async Task WriteArgumentsAsync(ManifestPublishingContext context, IResource resource)
    {
        if (!resource.TryGetAnnotationsOfType<CommandLineArgsCallbackAnnotation>(out var annotations))
        {
            return;
        }
        var values = new List<object>();
        var arguments = new CommandLineArgsCallbackContext(values, resource, context.CancellationToken)
        {
            ExecutionContext = context.ExecutionContext,
        };
        foreach (var annotation in annotations)
        {
            await annotation.Callback(arguments);
        }
        if (values.Count == 0)
        {
            return;
        }
        context.Writer.WriteStartArray("args");
        foreach (var value in values)
        {
            context.Writer.WriteStringValue(Express(value));
        }
        context.Writer.WriteEndArray();
    }

    private static string? Express(object value) =>
        value switch
        {
            string text => text,
            IManifestExpressionProvider provider => provider.ValueExpression,
            IResourceBuilder<IResource> { Resource: IManifestExpressionProvider provider } => provider.ValueExpression,
            IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
}
