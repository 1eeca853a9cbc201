namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that is made of other things of the model.</summary>
public interface IValueWithReferences
{
    IEnumerable<object> References { get; }
}
