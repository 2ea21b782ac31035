<?php
// Sets up the database and prints the application password of each user as JSON: {"name": "password"}.
define('WP_INSTALLING', true);
require getenv('TEST_SITE') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Test site', 'admin', 'admin@example.com', true, '', bin2hex(random_bytes(12)));
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', getenv('TEST_ZONE'));
$passwords = [];
foreach (['admin' => 'administrator', 'author' => 'author', 'contributor' => 'contributor'] as $name => $role) {
    $user = get_user_by('login', $name);
    $id = $user ? $user->ID : wp_insert_user([
        'user_login' => $name,
        'user_pass' => bin2hex(random_bytes(12)),
        'user_email' => "$name@example.com",
        'role' => $role,
    ]);
    $passwords[$name] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'planner'])[0];
}
echo json_encode($passwords);
