using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Xunit;

namespace KvStore.Tests.StandIns.Grpc;

/// <summary>Everything the real server and client refer to in the contracts is there, though no test may happen to call it.</summary>
public sealed class GrpcReferenceTests
{
    // More type arguments than any generic type there has; references inside generic types need some to be resolved.
    private static readonly Type[] TypeArguments = [.. Enumerable.Repeat(typeof(object), 8)];

    public static TheoryData<Type, int> RealAssemblies => new()
    {
        { typeof(GrpcServiceOptions), 80 },
        { typeof(GrpcChannel), 70 },
    };

    [Theory]
    [MemberData(nameof(RealAssemblies))]
    public void Every_member_the_real_assembly_refers_to_exists(Type inAssembly, int atLeast)
    {
        var module = inAssembly.Module;
        var missing = new List<string>();
        var found = 0;

        foreach (var (handle, name) in ReferencesToContracts(module))
        {
            try
            {
                Assert.NotNull(module.ResolveMember(MetadataTokens.GetToken(handle), TypeArguments, TypeArguments));
                found++;
            }
            catch (Exception failure) when (failure is MissingMemberException or TypeLoadException)
            {
                missing.Add($"{name}: {failure.Message}");
            }
        }

        Assert.Empty(missing);
        Assert.InRange(found, atLeast, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(RealAssemblies))]
    public void Every_type_of_the_real_assembly_loads(Type inAssembly, int atLeast) =>
        Assert.InRange(inAssembly.Assembly.GetTypes().Length, atLeast, int.MaxValue);

    [Fact]
    public void The_contracts_have_the_identity_that_the_real_assemblies_refer_to()
    {
        var identities = new[] { typeof(global::Grpc.Core.Status), typeof(global::Grpc.Core.ConnectivityState) }
            .Select(type => type.Assembly.GetName().FullName);

        Assert.Equal(
            [
                "Grpc.Core.Api, Version=2.0.0.0, Culture=neutral, PublicKeyToken=d754f35622e28bad",
                "Grpc.Net.Common, Version=2.0.0.0, Culture=neutral, PublicKeyToken=d754f35622e28bad",
            ],
            identities);
    }

    private static IEnumerable<(EntityHandle Handle, string Name)> ReferencesToContracts(Module module)
    {
        using var file = new PEReader(File.OpenRead(module.FullyQualifiedName));
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.TypeReferences)
        {
            var type = metadata.GetTypeReference(handle);
            if (IsContract(metadata, handle))
            {
                yield return (handle, metadata.GetString(type.Name));
            }
        }

        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (IsContract(metadata, member.Parent))
            {
                yield return (handle, metadata.GetString(member.Name));
            }
        }
    }

    private static bool IsContract(MetadataReader metadata, EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeReference => IsContract(metadata, metadata.GetTypeReference((TypeReferenceHandle)handle).ResolutionScope),
        HandleKind.TypeSpecification => IsContract(metadata, GenericType(metadata, (TypeSpecificationHandle)handle)),
        HandleKind.AssemblyReference =>
            metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)handle).Name) is "Grpc.Core.Api" or "Grpc.Net.Common",
        _ => false,
    };

    private static EntityHandle GenericType(MetadataReader metadata, TypeSpecificationHandle handle)
    {
        var signature = metadata.GetBlobReader(metadata.GetTypeSpecification(handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return default;
        }

        signature.ReadByte(); // class or value type
        return signature.ReadTypeHandle();
    }
}
