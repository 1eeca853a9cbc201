using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>
/// The public and protected members of an assembly, a type after the other, as lines that read like C#. Left out are attributes, namespaces
/// within signatures, whether references may be null, what every object has and what the compiler adds to records.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(double)] = "double",
    };

    /// <summary>A type's line, and below it, indented, its members in the order of their text.</summary>
    public static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (var member in Members(type).Order(StringComparer.Ordinal).Distinct())
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string Header(Type type)
    {
        var kind =
            type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        var bases = new List<Type>();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
        {
            bases.Add(parent);
        }
        var inherited = type.GetInterfaces().SelectMany(contract => contract.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []).ToHashSet();
        bases.AddRange(type.IsEnum ? [] : type.GetInterfaces().Where(contract => !inherited.Contains(contract) && !contract.Name.StartsWith("IEquatable", StringComparison.Ordinal)));
        var names = bases.Select(Name).ToList();
        return $"{kind} {type.Namespace}.{Name(type)}{(names.Count == 0 ? "" : " : " + string.Join(", ", names.Order(StringComparer.Ordinal)))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt32(Enum.Parse(type, name))}");
        }
        var isRecord = type.GetMethod("<Clone>$") is not null || type.GetMethods(Declared).Any(method => method.Name == "PrintMembers");
        return type.GetConstructors(Declared)
            .Where(constructor => IsVisible(constructor) && !constructor.IsStatic && !(isRecord && IsCopy(constructor)))
            .Select(constructor => $"{Access(constructor)}new({Parameters(constructor)})")
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic).Select(Field))
            .Concat(type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible) && !(isRecord && property.Name == "EqualityContract")).Select(Property))
            .Concat(
                type.GetMethods(Declared)
                    .Where(method => IsVisible(method) && (!method.IsSpecialName || method.Name == "op_Implicit") && !IsEverywhere(method, isRecord))
                    .Select(Method)
            );
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsCopy(ConstructorInfo constructor) =>
        constructor.GetParameters() is [{ ParameterType: var only }] && only == constructor.DeclaringType;

    private static bool IsEverywhere(MethodInfo method, bool isRecord) =>
        method.Name is "ToString" or "Equals" or "GetHashCode"
        || (isRecord && method.Name is "<Clone>$" or "PrintMembers" or "Deconstruct");

    private static string Field(FieldInfo field) => $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}";

    private static string Property(PropertyInfo property)
    {
        var accessors = new List<string>();
        if (property.GetMethod is { } get && IsVisible(get))
        {
            accessors.Add("get;");
        }
        if (property.SetMethod is { } set && IsVisible(set))
        {
            accessors.Add(set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;");
        }
        var first = property.GetAccessors(nonPublic: true).First(IsVisible);
        var required = property.GetCustomAttribute<RequiredMemberAttribute>() is null ? "" : "required ";
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        return $"{Access(first)}{Modifiers(first)}{required}{Name(property.PropertyType)} {name} {{ {string.Join(' ', accessors)} }}";
    }

    private static string Method(MethodInfo method)
    {
        var name = method.Name == "op_Implicit" ? "implicit operator" : method.Name;
        var arguments = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        var constraints = string.Concat(method.IsGenericMethod ? method.GetGenericArguments().Select(Constraint) : []);
        var isExtension = method.GetCustomAttribute<ExtensionAttribute>() is not null;
        return $"{Access(method)}{Modifiers(method)}{Name(method.ReturnType)} {name}{arguments}({(isExtension ? "this " : "")}{Parameters(method)}){constraints}";
    }

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method) =>
        method.DeclaringType!.IsInterface ? ""
        : method.IsStatic ? "static "
        : method.IsAbstract ? "abstract "
        : !method.IsVirtual || method.IsFinal ? ""
        : method.GetBaseDefinition() != method ? "override "
        : "virtual ";

    private static string Constraint(Type argument)
    {
        var parts = argument.GetGenericParameterConstraints().Select(Name).Order(StringComparer.Ordinal).ToList();
        if (argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            parts.Insert(0, "class");
        }
        if (argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
        {
            parts.Add("new()");
        }
        return parts.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", parts)}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var passing =
            parameter.IsOut ? "out "
            : type.IsByRef ? "in "
            : parameter.GetCustomAttribute<ParamArrayAttribute>() is not null ? "params "
            : "";
        var byDefault = !parameter.HasDefaultValue ? "" : " = " + Value(parameter);
        return $"{passing}{Name(type.IsByRef ? type.GetElementType()! : type)} {parameter.Name}{byDefault}";
    }

    private static string Value(ParameterInfo parameter) =>
        parameter.DefaultValue switch
        {
            null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : "null",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            Enum value => $"{parameter.ParameterType.Name}.{value}",
            var value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
        };

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }
        if (type.IsGenericParameter)
        {
            return type.Name;
        }
        var name = type.Name.Split('`')[0];
        var outer = type.IsNested ? Name(type.DeclaringType!) + "." : "";
        return outer + (type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name);
    }
}
