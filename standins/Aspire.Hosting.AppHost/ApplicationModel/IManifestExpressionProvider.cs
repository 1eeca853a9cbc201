namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that the manifest names by an expression such as <c>{node1.bindings.http.url}</c>.</summary>
public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}
