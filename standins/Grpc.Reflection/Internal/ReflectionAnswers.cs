using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace Grpc.Reflection.Internal;

// One request, one answer.
internal sealed class ReflectionAnswers(IEnumerable<string> services, SymbolRegistry symbols)
{
    private readonly List<string> _services = [.. services];

    public ReflectionAnswers(IEnumerable<ServiceDescriptor> services)
        : this(services.Select(service => service.FullName), SymbolRegistry.FromFiles(services.Select(service => service.File)))
    {
    }

    public ServerReflectionResponse To(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        ServerReflectionRequest.MessageRequestOneofCase.FileByFilename =>
            FileOrError(symbols.FileByName(request.FileByFilename), "File not found."),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol =>
            FileOrError(symbols.FileContainingSymbol(request.FileContainingSymbol), "Symbol not found."),
        ServerReflectionRequest.MessageRequestOneofCase.ListServices => List(),
        _ => Error(StatusCode.Unimplemented, "Request type not supported by C# reflection service."),
    };

    private static ServerReflectionResponse FileOrError(FileDescriptor? file, string error)
    {
        if (file is null)
        {
            return Error(StatusCode.NotFound, error);
        }

        var found = new List<FileDescriptor>();
        AddWithImports(file, found);
        return new() { FileDescriptorResponse = new() { FileDescriptorProto = { found.Select(one => one.SerializedData) } } };
    }

    // The file itself comes first; a client need not ask again for what it imports.
    private static void AddWithImports(FileDescriptor file, List<FileDescriptor> found)
    {
        if (found.Contains(file))
        {
            return;
        }

        found.Add(file);
        foreach (var imported in file.Dependencies)
        {
            AddWithImports(imported, found);
        }
    }

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new() { ErrorCode = (int)code, ErrorMessage = message } };

    private ServerReflectionResponse List() =>
        new() { ListServicesResponse = new() { Service = { _services.Select(name => new ServiceResponse { Name = name }) } } };
}
