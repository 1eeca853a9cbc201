namespace Aspire.Hosting;

/// <summary>A parameter has neither a value nor a default.</summary>
public class MissingParameterValueException : DistributedApplicationException
{
    public MissingParameterValueException(string message)
        : base(message) { }

    public MissingParameterValueException(string message, Exception innerException)
        : base(message, innerException) { }
}
