using Google.Protobuf.Reflection;

namespace Grpc.Reflection;

/// <summary>Files of protocol buffers, found by name and by what they declare.</summary>
public class SymbolRegistry
{
    private readonly Dictionary<string, FileDescriptor> _files = [];
    private readonly Dictionary<string, FileDescriptor> _symbols = [];

    private SymbolRegistry()
    {
    }

    /// <summary>Of the files and all that they import.</summary>
    public static SymbolRegistry FromFiles(IEnumerable<FileDescriptor> fileDescriptors)
    {
        ArgumentNullException.ThrowIfNull(fileDescriptors);
        var registry = new SymbolRegistry();
        foreach (var file in fileDescriptors)
        {
            registry.Add(file);
        }

        return registry;
    }

    /// <returns>Null if there is none.</returns>
    public FileDescriptor? FileByName(string filename) => _files.GetValueOrDefault(filename);

    /// <param name="symbol">Full name of a service, method, message or enum.</param>
    /// <returns>The file that declares it; null if there is none.</returns>
    public FileDescriptor? FileContainingSymbol(string symbol) => _symbols.GetValueOrDefault(symbol);

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var imported in file.Dependencies)
        {
            Add(imported);
        }

        foreach (var enumeration in file.EnumTypes)
        {
            Declare(enumeration);
        }

        foreach (var message in file.MessageTypes)
        {
            Declare(message);
        }

        foreach (var service in file.Services)
        {
            Declare((IDescriptor)service);
            foreach (var method in service.Methods)
            {
                Declare((IDescriptor)method);
            }
        }
    }

    private void Declare(MessageDescriptor message)
    {
        Declare((IDescriptor)message);
        foreach (var enumeration in message.EnumTypes)
        {
            Declare(enumeration);
        }

        foreach (var nested in message.NestedTypes)
        {
            Declare(nested);
        }
    }

    private void Declare(IDescriptor declared) => _symbols[declared.FullName] = declared.File;
}
